import type { ActionCall } from './check-call.js';
import { localProblem } from './local-problem.js';
import { isObject } from './read-answer.js';
import { sendableJson } from './sendable-json.js';
import type { Issue, JsonValue, Problem } from './wire.js';

type JsonMap = Record<string, JsonValue>;
type Part = { ok: true; json: JsonMap | undefined } | { ok: false; problem: Problem };
type Body = { ok: true; body: string; params: JsonMap | undefined } | { ok: false; problem: Problem };

/** The body of a call, or which part of it cannot be sent. */
export function bodyOf(call: ActionCall<string, unknown>): Body {
  const params = partOf(() => call.params, paramsInvalid);
  if (!params.ok) return params;
  const metadata = call.metadata === undefined ? NOTHING : partOf(() => call.metadata, metadataInvalid);
  if (!metadata.ok) return metadata;
  const issue = metadata.json && issueOfLabels(metadata.json);
  if (issue) return { ok: false, problem: metadataInvalid(issue) };
  return {
    ok: true,
    body: JSON.stringify({ params: params.json, metadata: metadata.json }),
    params: params.json,
  };
}

const NOTHING: Part = { ok: true, json: undefined };

function partOf(read: () => unknown, problemOf: (issue: Issue) => Problem): Part {
  const sendable = sendableJson(read);
  if (!sendable.ok) return { ok: false, problem: problemOf(sendable.issue) };
  const { json } = sendable;
  if (isJsonMap(json)) return { ok: true, json };
  return { ok: false, problem: problemOf({ path: '', code: 'invalid_type', message: 'expected an object' }) };
}

const isJsonMap = (json: JsonValue): json is JsonMap => isObject(json);

const paramsInvalid = (issue: Issue): Problem =>
  localProblem('PARAMS_INVALID', { detail: told('params', issue), issues: [issue], effect: 'none' });

const metadataInvalid = (issue: Issue): Problem =>
  localProblem('REQUEST_INVALID', { detail: told('metadata', issue), effect: 'none' });

const told = (part: string, { path, message }: Issue): string =>
  `${path ? `${part}.${path}` : part}: ${message}.`;

/** The gateway's bounds of labels; lengths as JavaScript counts them. */
const LABELS_MAX = 16;
const LABEL_NAME_LENGTH_MAX = 64;
const LABEL_LENGTH_MAX = 512;

function issueOfLabels(labels: JsonMap): Issue | undefined {
  const names = Object.keys(labels);
  if (names.length > LABELS_MAX)
    return { path: '', code: 'too_big', message: `${names.length} labels, at most ${LABELS_MAX} are taken` };
  for (const name of names) {
    const label = labels[name];
    const path = name.slice(0, LABEL_NAME_LENGTH_MAX);
    if (name.length > LABEL_NAME_LENGTH_MAX)
      return {
        path,
        code: 'too_big',
        message: `the name is longer than ${LABEL_NAME_LENGTH_MAX} characters`,
      };
    if (typeof label !== 'string') return { path, code: 'invalid_type', message: 'expected a string' };
    if (label.length > LABEL_LENGTH_MAX)
      return { path, code: 'too_big', message: `longer than ${LABEL_LENGTH_MAX} characters` };
  }
  return undefined;
}
