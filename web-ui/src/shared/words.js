// The words that a script adds are the page's, in the language of its other words: attributes data-word-… of the element
// that the script makes more of. Places in {braces} are filled in.

export const wordsOf = (element) => (name, values = {}) =>
  element.dataset[`word${name}`].replace(/\{(\w+)\}/g, (_, place) => values[place]);
