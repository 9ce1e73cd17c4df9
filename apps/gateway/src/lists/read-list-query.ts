import { ActionsQuery, AuditQuery, ExecutionsQuery, type Issue, type ListName } from '@action-do/contracts';
import { RequestRefused } from '../http/request-refused.js';
import { nearestName } from './nearest-name.js';

const QUERIES = { execution: ExecutionsQuery, audit: AuditQuery, action: ActionsQuery };
/** Names that take one value; every other one may be repeated. */
const SINGLE = new Set(['key', 'since', 'until', 'limit', 'cursor']);
const PARAMS = 'params.';

/** What may stand in the query of a list, `params.<path>` aside. */
const NAMES: Record<ListName, readonly string[]> = {
  execution: namesOf(ExecutionsQuery),
  audit: namesOf(AuditQuery),
  action: namesOf(ActionsQuery),
};

/** Actions are searched by none: params are of executions. */
const takesParams = (list: ListName): boolean => list !== 'action';

/** Enough to correct a query by. */
const ISSUES_MAX = 20;
const SHOWN_LENGTH_MAX = 64;

/**
 * The query of a list, from how it stands in a URL.
 * @param given as the URL has it: a name that is repeated has a list of values
 * @throws RequestRefused REQUEST_INVALID with everything that is wrong
 */
export function readListQuery(list: ListName, given: Record<string, unknown>): object {
  const issues: Issue[] = [];
  const query: Record<string, unknown> = {};
  const params: [path: string, values: string[]][] = [];
  for (const [name, value] of Object.entries(given)) {
    const values = [value].flat().map(String);
    if (name.startsWith(PARAMS) && takesParams(list)) params.push([name.slice(PARAMS.length), values]);
    else if (!NAMES[list].includes(name)) issues.push(unknownName(list, name));
    else if (!SINGLE.has(name)) query[name] = values;
    else if (values.length > 1) issues.push(issueOf(name, 'repeated', 'takes one value'));
    else query[name] = name === 'limit' ? numberOf(values[0]) : values[0];
  }
  // No params have it (the scanner refuses it), and as a key it would vanish from the query.
  if (params.some(([path]) => path === '__proto__'))
    issues.push(issueOf(`${PARAMS}__proto__`, 'reserved', 'is a reserved name'));
  if (params.length > 0) query['params'] = Object.fromEntries(params);
  const parsed = QUERIES[list].safeParse(query);
  if (!parsed.success)
    for (const { path, code, message } of parsed.error.issues) {
      const [name = '', below] = path.map(String);
      const where = name === 'params' && below !== undefined ? PARAMS + below : name;
      issues.push(issueOf(where, code, explained(message, given[where])));
    }
  if (parsed.success && issues.length === 0) return parsed.data;
  throw refuse(issues);
}

function namesOf({ shape }: { readonly shape: object }): readonly string[] {
  return Object.keys(shape).filter((name) => name !== 'params');
}

function unknownName(list: ListName, name: string): Issue {
  const byPath = takesParams(list) ? [`${PARAMS}<path>`] : [];
  const [path] = /^params?\b/i.test(name) ? byPath : [];
  const nearest = path ?? nearestName(short(name), NAMES[list]);
  const known = [...NAMES[list], ...byPath].join(', ');
  return issueOf(
    name,
    'unknown_name',
    `is no query parameter; the nearest is ${nearest} (there are ${known})`,
  );
}

/** Text that is no number stays as it is, for the schema to refuse. */
const numberOf = (text: string | undefined): unknown =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : text;

/** In a URL `+` means a space, which is how the zone of a time gets lost. */
const explained = (message: string, value: unknown): string =>
  typeof value === 'string' && /\d \d\d:?\d\d$/.test(value) ? `${message}; write + as %2B` : message;

const issueOf = (path: string, code: string, message: string): Issue => ({
  path: short(path),
  code,
  message,
});

const short = (text: string): string => text.slice(0, SHOWN_LENGTH_MAX);

function refuse(issues: readonly Issue[]): RequestRefused {
  const [first] = issues;
  return new RequestRefused('REQUEST_INVALID', {
    detail: `The query parameter ${JSON.stringify(first?.path)}: ${first?.message}.`,
    issues: issues.slice(0, ISSUES_MAX),
  });
}
