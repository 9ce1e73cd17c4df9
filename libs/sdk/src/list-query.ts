import type { ActionTarget } from './catalogue-wire.js';
import type { WaitOptions } from './check-call.js';
import { localProblem } from './local-problem.js';
import { pathSegment as urlPart } from './path-segment.js';
import { isObject } from './read-answer.js';
import type { ExecutionStatus, Problem } from './wire.js';

type Text = string | number | boolean;
/** With several values one of them has to fit. A text that begins with `-` excludes: `['-succeeded']`. */
export type OneOrMore<T extends Text = string> = T | readonly T[];

/** What every list takes, besides what it is searched by. */
export interface AnyListQuery extends WaitOptions {
  /** Items a page, 1 to 500, default 50; the iteration goes over all pages. */
  readonly limit?: number | undefined;
  /** A `position` that an answer told: answer only from views that have seen it. */
  readonly minPosition?: string | undefined;
}

/** What actions can be searched by; all that is given must hold. */
export interface ActionsQuery extends AnyListQuery {
  readonly action?: OneOrMore | undefined;
  readonly status?: OneOrMore<'offered' | 'retired' | '-offered' | '-retired'> | undefined;
  readonly target?: OneOrMore<ActionTarget | `-${ActionTarget}`> | undefined;
}

/** What executions and audit events can be searched by; all that is given must hold. */
export interface ListQuery extends AnyListQuery {
  readonly action?: OneOrMore | undefined;
  readonly version?: OneOrMore<number | string> | undefined;
  readonly status?: OneOrMore<ExecutionStatus | `-${ExecutionStatus}`> | undefined;
  readonly actor?: OneOrMore | undefined;
  readonly errorCode?: OneOrMore | undefined;
  /** An idempotency key, as it is: a leading `-` belongs to it. */
  readonly key?: string | undefined;
  readonly correlationId?: OneOrMore | undefined;
  readonly workflowRun?: OneOrMore | undefined;
  /** From this time on; a text is ISO 8601 with its zone. */
  readonly since?: Date | string | undefined;
  /** Before this time. */
  readonly until?: Date | string | undefined;
  /** Values by their path in the params: `{ userId: 'usr_1', 'customer.id': ['c1', 'c2'] }`. At most 5 paths. */
  readonly params?: { readonly [path: string]: OneOrMore<Text> } | undefined;
}

export interface AuditQuery extends ListQuery {
  /** Of events: ActionRequested, ActionFailed, … */
  readonly type?: OneOrMore | undefined;
  /** Ids of executions. */
  readonly execution?: OneOrMore | undefined;
}

type Written =
  | { ok: true; search: string; headers: Record<string, string> }
  | { ok: false; problem: Problem };

/** Members that are about the asking, not about what is searched for. */
const ASKING = new Set(['timeoutMs', 'signal', 'minPosition', 'params']);

/**
 * A query as it stands in a URL, without the question mark. Names that this package does not know are sent along: the
 * gateway refuses them by name, where leaving them out would search for more than was asked.
 */
export function writeListQuery(query: AnyListQuery & Pick<ListQuery, 'params'>): Written {
  if (!isObject(query)) return refused('', 'the query is no object');
  const search: string[] = [];
  const { params = {}, minPosition } = query;
  if (!isObject(params)) return refused('params', 'expected an object of values by path');
  const fields: [name: string, value: unknown][] = [
    ...Object.entries(query).filter(([name]) => !ASKING.has(name)),
    ...Object.entries(params).map(([path, value]): [string, unknown] => [`params.${path}`, value]),
  ];
  for (const [name, value] of fields) {
    if (value === undefined) continue;
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (values.length === 0) return refused(name, 'the list is empty: nothing could ever fit it');
    for (const each of values) {
      const text = textOf(each);
      if (text === undefined) return refused(name, 'expected a text, or a list of texts');
      search.push(`${urlPart(name)}=${urlPart(text)}`);
    }
  }
  if (minPosition === undefined) return { ok: true, search: search.join('&'), headers: {} };
  if (typeof minPosition !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(minPosition))
    return refused('minPosition', 'expected the position of an execution or event');
  return { ok: true, search: search.join('&'), headers: { 'Do-Min-Position': minPosition } };
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
  // By structure: a Date of another realm is one too. One that holds no time has no text.
  if (Object.prototype.toString.call(value) !== '[object Date]') return undefined;
  return new Date(Number(value)).toJSON() ?? undefined;
}

const refused = (path: string, message: string): Written => ({
  ok: false,
  problem: localProblem('REQUEST_INVALID', {
    detail: path === '' ? `${message}.` : `${path}: ${message}.`,
    ...(path !== '' && { issues: [{ path, code: 'invalid_type', message }] }),
    effect: 'none',
  }),
});
