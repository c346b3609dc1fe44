// A mail as people get it, with values in its places. Nothing of it runs, and its styles stay in it.
import { useEffect, useRef } from 'react';
import { t } from '../locales/index.ts';
import { later } from '../locales/later.ts';
import { filledIn, placesOf, type MailText } from './texts.ts';

const elements = new Set(`a abbr address article b blockquote br caption center code col colgroup dd del div dl dt em font footer h1 h2 h3 h4 h5 h6 header hr i img ins li main ol p
  pre s section small span strong sub sup table tbody td tfoot th thead tr u ul`.split(/\s+/));
/** What is not shown with all that is in it. */
const dropped = new Set(['script', 'head', 'title', 'noscript', 'template', 'iframe', 'object', 'embed', 'svg', 'math', 'select', 'textarea', 'button', 'form', 'input']);
const attributes = ['align', 'alt', 'bgcolor', 'border', 'cellpadding', 'cellspacing', 'class', 'color', 'colspan', 'dir', 'face', 'height', 'lang', 'rowspan', 'size', 'title', 'valign', 'width'];

/** The policy of the document forbids what a parser would make of styles and handlers, so they get other names first. */
const renamed = (html: string) => html.replace(/<(\/?)style\b/gi, '<$1x-style').replace(/<[^<>]*>/g, (tag) => tag.replace(/([\s"'/])(style|on\w+)\s*=/gi, '$1data-$2='));

function copyElement(from: Element, sheets: string[]): Node {
  const name = from.localName, to = elements.has(name) ? document.createElement(name) : document.createElement('span');
  for (const one of attributes) if (from.hasAttribute(one)) to.setAttribute(one, from.getAttribute(one) ?? '');
  to.style.cssText = from.getAttribute('data-style') ?? '';
  const source = from.getAttribute('src') ?? '';
  if (name === 'img' && /^(https:\/\/|data:image\/)/i.test(source)) to.setAttribute('src', source);
  if (name === 'a') to.style.cursor = 'default';	// it leads nowhere from here
  copyInto(to, from, sheets);
  return to;
}

function copyInto(to: Node, from: Node, sheets: string[]): void {
  for (const child of from.childNodes) {
    if (child instanceof Text) to.appendChild(document.createTextNode(child.data));
    else if (!(child instanceof Element) || dropped.has(child.localName)) continue;
    else if (child.localName === 'x-style') sheets.push(child.textContent ?? '');
    else to.appendChild(copyElement(child, sheets));
  }
}

function showHtml(root: ShadowRoot, html: string): void {
  const body = new DOMParser().parseFromString(renamed(html), 'text/html').body, sheets: string[] = [], copy = document.createDocumentFragment();
  copyInto(copy, body, sheets);
  root.replaceChildren(copy);
  root.adoptedStyleSheets = sheets.map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
}

function Html({ html }: { html: string }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current) showHtml(host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' }), html);
  }, [html]);
  return <div ref={host} />;
}

export function MailPreview({ type, text }: { type: string; text: MailText }) {
  const words = later.connectors.texts, places = placesOf(type), isHtml = text.contentType === 'text/html', content = filledIn(text.content, places, isHtml);
  return <section className="preview" aria-label={t.common.preview.title}>
    <div className="mail-head"><span className="detail">{words.subject}</span><bdi>{filledIn(text.subject, places, false)}</bdi></div>
    <div className="mail-body" dir="auto" tabIndex={0} role="document" aria-label={words.content}>{isHtml ? <Html html={content} /> : <pre>{content}</pre>}</div>
  </section>;
}
