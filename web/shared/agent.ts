// What a browser calls itself, as a person would: "Firefox on Windows".

const browsers: [RegExp, string][] = [
  [/Edg(e|A|iOS)?\//, 'Edge'], [/OPR\/|Opera/, 'Opera'], [/SamsungBrowser/, 'Samsung Internet'],
  [/Firefox\/|FxiOS/, 'Firefox'], [/Chrome\/|CriOS|Chromium/, 'Chrome'], [/Safari\//, 'Safari'],
];
const systems: [RegExp, string][] = [
  [/iPhone|iPod/, 'iPhone'], [/iPad/, 'iPad'], [/Android/, 'Android'], [/Windows/, 'Windows'], [/Mac OS X|Macintosh/, 'macOS'],
  [/CrOS/, 'ChromeOS'], [/Linux/, 'Linux'],
];
const first = (table: [RegExp, string][], text: string) => table.find(([pattern]) => pattern.test(text))?.[1];

/** With the browser's version, where there is one to tell. undefined: it is none that is known. */
export function agentName(agent: string | undefined, version = ''): string | undefined {
  const browser = first(browsers, agent ?? '');
  const found = [browser && `${browser} ${version}`.trim(), first(systems, agent ?? '')].filter(Boolean);
  return found.length ? found.join(' · ') : undefined;
}
