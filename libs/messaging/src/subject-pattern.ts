/**
 * Subjects and patterns, as strict as the strictest adapter: tokens of `[A-Za-z0-9_-]` with dots between;
 * in patterns also `*` (exactly one token) and, at the end, `>` (one or more).
 */

/** A subject and its reply inbox share NATS's control line of 4096 bytes. */
export const subjectCharactersMax = 1024;

const SUBJECT = /^[\w-]+(?:\.[\w-]+)*$/;
const PATTERN = /^(?:(?:[\w-]+|\*)\.)*(?:[\w-]+|[*>])$/;

const isShortEnough = (text: string): boolean => text.length <= subjectCharactersMax;

/** @throws TypeError where `subject` could not be published to */
export function assertSubject(subject: string): void {
  if (typeof subject === 'string' && isShortEnough(subject) && SUBJECT.test(subject)) return;
  throw new TypeError(`malformed subject ${quote(subject)}`);
}

/** @throws TypeError where `pattern` could not be subscribed to */
export function assertPattern(pattern: string): void {
  if (typeof pattern === 'string' && isShortEnough(pattern) && PATTERN.test(pattern)) return;
  throw new TypeError(`malformed subject pattern ${quote(pattern)}`);
}

/** @throws TypeError where `queue` cannot name a queue group */
export function assertQueue(queue: string): void {
  if (typeof queue === 'string' && isShortEnough(queue) && SUBJECT.test(queue)) return;
  throw new TypeError(`malformed queue group ${quote(queue)}`);
}

/**
 * What each wildcard of a well-formed `pattern` stands for in `subject`, in order; `>` gives the rest with its dots.
 * @returns undefined where the pattern does not match
 */
export function wildcardTokens(pattern: string, subject: string): readonly string[] | undefined {
  const wanted = pattern.split('.');
  const tokens = subject.split('.');
  const found: string[] = [];
  for (const [index, want] of wanted.entries()) {
    const token = tokens[index];
    if (token === undefined) return undefined;
    if (want === '>') return [...found, tokens.slice(index).join('.')];
    if (want === '*') found.push(token);
    else if (want !== token) return undefined;
  }
  return tokens.length === wanted.length ? found : undefined;
}

/** Is there a subject that both well-formed patterns match? */
export function patternsOverlap(one: string, other: string): boolean {
  const left = one.split('.');
  const right = other.split('.');
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const a = left[index];
    const b = right[index];
    if (a === undefined || b === undefined) return false;
    if (a === '>' || b === '>') return true;
    if (a !== b && a !== '*' && b !== '*') return false;
  }
  return true;
}

/** Short and on one line: the text may come from outside and go to a log. */
function quote(text: unknown): string {
  return JSON.stringify(String(text).slice(0, 80));
}
