"""What scripts add to a page is in the language of the page's other words."""

from urllib.parse import quote

from playwright.sync_api import expect

from browser.reader import Reader

_COUNTS = "SELECT ?class (COUNT(?thing) AS ?things) { ?thing a ?class } GROUP BY ?class ORDER BY DESC(?things) LIMIT 12"


def test_the_workbench_speaks_french(reader: Reader) -> None:
    page = reader.visit(f"/sparql?ui=fr&query={quote(_COUNTS)}")
    expect(page.get_by_role("link", name="Lien permanent")).to_be_visible()
    expect(page.get_by_label("Exemples").locator("option").first).to_have_text("Choisissez …")
    assert page.locator(".views button").all_inner_texts() == ["Tableau", "Graphique", "Données brutes"]
    page.get_by_role("button", name="Graphique").click()
    page.get_by_label("Type de graphique").select_option("Secteurs")
    expect(page.get_by_role("img", name="things selon class")).to_contain_text("5 autres")
    page.get_by_role("textbox", name="Requête SPARQL").click()
    page.keyboard.type(" # cn:Cl")
    page.keyboard.press("Control+Space")
    expect(page.locator(".editor").get_by_role("listbox", name="Propositions")).to_be_visible()
    page.route("**/sparql?*", lambda route: route.abort())
    page.get_by_role("button", name="Exécuter la requête").click()
    expect(page.get_by_role("alert")).to_have_text("Le serveur est injoignable.")
    reader.expect_trouble("Failed to load resource")


def test_a_problem_told_in_english_says_so(reader: Reader) -> None:
    page = reader.visit("/sparql?ui=fr")
    page.get_by_role("textbox", name="Requête SPARQL").click()
    page.keyboard.insert_text("SELECT SELECT")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_have_attribute("lang", "en")
    reader.expect_trouble("status of 400")


def test_the_explorer_and_the_search_box_speak_french(reader: Reader) -> None:
    page = reader.visit("/explore?ui=fr&iri=https%3A%2F%2Fw3id.org%2Fstca-kg%2Fid%2Fccr")
    expect(page.locator(".explorer [role=status]")).to_contain_text("Éléments")
    assert page.locator(".tools button").all_inner_texts() == ["Ajuster", "Enregistrer en SVG"]
    expect(page.locator(".explorer summary")).to_have_text("Propriétés")
    page.get_by_role("combobox", name="Rechercher").press_sequentially("canadian")
    expect(page.get_by_role("option").first).to_be_visible()
    expect(page.locator("[role=search] [role=status]")).to_contain_text("Suggestions\N{NO-BREAK SPACE}: ")
