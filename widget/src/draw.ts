/**
 * Draws a tree of nodes and changes only what differs since the last drawing.
 *
 * The whole chat must weigh under 8 kB and a framework alone takes more than half of it, so this is the little that the
 * chat needs: nodes are matched by place, an absent child (`false`, `undefined`) keeps its place as an empty text, and a
 * list of varying length stands alone in its parent.
 */

export interface Drawing {
  tag: string;
  props: Props;
  children: Child[];
}

export type Child = Drawing | string | number | boolean | null | undefined | Child[];

// Attributes and listeners (`onclick`) as HTML names them.
type Props = { [name: string]: unknown } | null;

type Drawn = HTMLElement & { drawn?: Record<string, unknown> };

// Where TypeScript looks for the types of a JSX factory.
export declare namespace h {
  namespace JSX {
    type Element = Drawing;
    interface IntrinsicElements {
      [tag: string]: { [name: string]: unknown };
    }
  }
}

export function h(tag: string, props: Props, ...children: Child[]): Drawing {
  return { tag, props, children };
}

const SVG = "http://www.w3.org/2000/svg";

function dress(element: Drawn, props: Record<string, unknown>): void {
  const before = element.drawn || {};
  for (const name in { ...before, ...props }) {
    const value = props[name];
    if (value === before[name]) continue;
    if (name.startsWith("on")) (element as unknown as Record<string, unknown>)[name] = value;
    else if (value == null || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : `${value}`);
  }
  element.drawn = props;
}

/** Makes the children of `parent` what `children` says. */
export function draw(parent: Node, children: Child[]): void {
  const wanted = children.flat(9) as Exclude<Child, Child[]>[];
  wanted.forEach((child, at) => {
    const old = parent.childNodes[at] as Drawn | undefined;
    const put = (node: Node): Node => {
      if (old) old.replaceWith(node);
      else parent.appendChild(node);
      return node;
    };
    if (child && typeof child === "object") {
      const { tag, props, children } = child;
      const element = (old?.localName === tag ? old : put(/svg|path/.test(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag))) as Drawn;
      dress(element, props || {});
      draw(element, children);
    } else {
      const text = child || child === 0 ? `${child}` : "";
      if (old?.nodeType !== 3) put(document.createTextNode(text));
      else if (old.textContent !== text) old.textContent = text;
    }
  });
  while (parent.childNodes.length > wanted.length) parent.lastChild!.remove();
}
