/** A fenced block that a document marks as one to be tried: `<!-- test: name -->` or `<!-- file: path -->` before it. */
export interface MarkedExample {
  readonly kind: 'test' | 'file';
  readonly name: string;
  /** js, ts, sh, as the fence says. */
  readonly language: string;
  readonly code: string;
  /** The ```text block right behind it, where there is one: what the example prints. */
  readonly output: string | undefined;
}

const MARKED = /^<!-- (test|file): (\S+) -->\n```(\w+)\n([\s\S]*?)^```$(?:\s*^```text\n([\s\S]*?)^```$)?/gm;
const MARK = /^<!-- (?:test|file): /gm;

/** @throws Error a mark stands before something else than a fenced block: what nobody tries would seem tried */
export function examplesIn(markdown: string): MarkedExample[] {
  const examples = [...markdown.matchAll(MARKED)].map(
    ([, kind, name = '', language = '', code = '', output]) => ({
      kind: kind === 'file' ? ('file' as const) : ('test' as const),
      name,
      language,
      code,
      output,
    }),
  );
  const marks = markdown.match(MARK)?.length ?? 0;
  if (marks !== examples.length)
    throw new Error(`${marks - examples.length} marks have no fenced block behind them`);
  return examples;
}

/** The ```text block that holds these words. */
export function outputWith(markdown: string, words: string): string {
  const blocks = [...markdown.matchAll(/^```text\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
  const found = blocks.find((block) => block.includes(words));
  if (found === undefined) throw new Error(`no text block holds ${words}`);
  return found;
}

/** What a documented output allows: `…` stands for anything in a line, a port for any port, the rest for itself. */
export function patternOf(output: string): RegExp {
  const escaped = output.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const masked = escaped.replace(/…/g, '[^\\n]*').replace(/(127\\\.0\\\.0\\\.1):\d+/g, '$1:\\d+');
  return new RegExp(`^${masked}`);
}
