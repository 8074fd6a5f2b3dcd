// Elements in one call: attributes, then children; attributes that are false or missing are left out.

function build(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, '');
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

export const element = (name, attributes = {}, ...children) => build(document.createElement(name), attributes, children);

export const drawn = (name, attributes = {}, ...children) =>
  build(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
