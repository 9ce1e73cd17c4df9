import { notOurs } from './await-outcome.js';
import type {
  ActionDocument,
  CatalogueAction,
  CatalogueVersion,
  RegisterAnswer,
  RetireAnswer,
} from './catalogue-wire.js';
import type { WaitOptions } from './check-call.js';
import { checkRetire, type RetireRequest } from './check-retire.js';
import type { Connection } from './connection.js';
import { DoError } from './do-error.js';
import { exchange } from './exchange.js';
import type { ActionsQuery } from './list-query.js';
import { localProblem } from './local-problem.js';
import { pathSegment } from './path-segment.js';
import { prepare } from './prepare.js';
import { isObject } from './read-answer.js';
import { readList } from './read-list.js';
import type { Answered } from './run.js';
import type { HttpRequest } from './send-once.js';
import { sendableJson } from './sendable-json.js';
import type { Problem } from './wire.js';

/**
 * `d.actions`: what can be called, and offering it. Nothing that happens on the way or at the other end is thrown, but out
 * of the loop over `list`.
 */
export class ActionsApi {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Every version that the query finds, by name, newest version first, over all pages. @throws DoError out of the loop */
  list(query: ActionsQuery = {}): AsyncIterable<CatalogueVersion> {
    return readList<CatalogueVersion>(this.#connection, '/v1/actions', query);
  }

  /** One action with all its versions, from the log itself, so never behind; ACTION_UNKNOWN where there is none. */
  async get(name: string, options: WaitOptions = {}): Promise<Answered<CatalogueAction>> {
    if (typeof name !== 'string' || name === '')
      return refuse('name is missing: write the name of an action.');
    const path = `/v1/actions/${pathSegment(name)}`;
    return this.#ask(
      (headers) => ({ method: 'GET', path, headers }),
      options,
      ({ action }) => (isAction(action) ? action : undefined),
    );
  }

  /**
   * Registers a version of an action that is performed on the bus or by an HTTP service. A repeat is safe: what stands
   * already is `known`. What would break callers of the same version is CONTRACT_CONFLICT, and `issues` name the place; one version more than an action may have is PAYLOAD_TOO_LARGE.
   */
  async register(document: ActionDocument, options: WaitOptions = {}): Promise<Answered<RegisterAnswer>> {
    const sendable = sendableJson(() => document);
    if (!sendable.ok) {
      const { issue } = sendable;
      return refuse(`${issue.path === '' ? 'The document' : issue.path}: ${issue.message}.`, [issue]);
    }
    if (!isObject(sendable.json))
      return refuse('There is no document: write an object with name, params and effects.');
    const body = JSON.stringify(sendable.json);
    return this.#ask(
      (headers) => ({
        method: 'POST',
        path: '/v1/actions',
        body,
        headers: { ...headers, 'Content-Type': 'application/json' },
      }),
      options,
      (answer) => (isRegistered(answer) ? answer : undefined),
    );
  }

  /** No new work for a version, for good; what is under way ends on it. A repeat is safe. */
  async retire(request: RetireRequest): Promise<Answered<RetireAnswer>> {
    const checked = checkRetire(request);
    if (!checked.ok) return failed(checked.problem);
    const { path } = checked;
    return this.#ask(
      (headers) => ({ method: 'DELETE', path, headers }),
      request,
      (answer) => (isRetired(answer) ? answer : undefined),
    );
  }

  async #ask<T>(
    request: (headers: Record<string, string>) => HttpRequest,
    options: WaitOptions,
    read: (body: Record<string, unknown>) => T | undefined,
  ): Promise<Answered<T>> {
    const ready = prepare(this.#connection, request, options);
    if (!ready.ok) return failed(ready.problem);
    const answer = await exchange(this.#connection, ready.request, ready.waiting);
    if (answer.kind === 'failed') return failed(answer.problem);
    const result = read(answer.body);
    return result === undefined ? failed(notOurs(this.#connection)) : { result, error: undefined };
  }
}

// Not looked into further: what an answer holds is the gateway's word.
const isAction = (value: unknown): value is CatalogueAction =>
  isObject(value) && Array.isArray(value['versions']);
const isRegistered = (value: object): value is RegisterAnswer => 'status' in value && 'digest' in value;
const isRetired = (value: object): value is RetireAnswer => 'status' in value && 'successor' in value;

const failed = (problem: Problem): Extract<Answered<never>, { result: undefined }> => ({
  result: undefined,
  error: new DoError(problem),
});

const refuse = (detail: string, issues?: Problem['issues']) =>
  failed(localProblem('REQUEST_INVALID', { detail, effect: 'none', ...(issues && { issues }) }));
