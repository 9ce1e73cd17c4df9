import type { JsonObject } from '@action-do/contracts';
import { CliFailure, ownProblem } from '../cli-failure.js';
import { EXIT } from '../exit-codes.js';
import type { Surroundings } from '../surroundings.js';
import { isJsonObject } from './json-reading.js';
import { readBody } from './read-body.js';
import { foreignAnswer, isProblem, unreachable } from './refusals.js';

const ANSWER_TIMEOUT_MS = 30_000;
const REPEATS_MAX = 3;
const PAUSE_MS_MAX = 5_000;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined where it is no JSON object. */
  readonly body: JsonObject | undefined;
}

type Query = readonly (readonly [name: string, value: string])[];
type Method = 'GET' | 'POST' | 'DELETE';

/**
 * Questions to the gateway that the SDK does not ask: lists, the catalogue, views, health. Executing goes through the
 * SDK, whose repeats are the same call to the platform; what is asked here may be asked again as it is.
 */
export class GatewayClient {
  constructor(
    readonly baseUrl: string,
    private readonly apiKey: string | undefined,
    private readonly surroundings: Pick<Surroundings, 'fetch' | 'sleep' | 'signal'>,
  ) {}

  /** @throws CliFailure refused, not understood, or no answer */
  get(path: string, query: Query = []): Promise<JsonObject> {
    return this.#ask('GET', pathWith(path, query));
  }

  /** @throws CliFailure refused, not understood, or no answer; then it may have arrived all the same */
  post(path: string, body?: JsonObject): Promise<JsonObject> {
    return this.#ask('POST', path, body);
  }

  /** @throws CliFailure as of `post` */
  delete(path: string, query: Query = []): Promise<JsonObject> {
    return this.#ask('DELETE', pathWith(path, query));
  }

  /** One request and its answer, whatever it says. @throws CliFailure no answer, or interrupted */
  async send(method: Method, path: string, body?: JsonObject): Promise<Answer> {
    const { fetch, signal } = this.surroundings;
    const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    try {
      const response = await fetch(`${this.baseUrl}${path}`, {
        method,
        headers: {
          Accept: 'application/json',
          ...(this.apiKey === undefined ? {} : { Authorization: `Bearer ${this.apiKey}` }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // A redirect would carry the key to wherever it leads.
        redirect: 'manual',
        signal: AbortSignal.any([signal, timeout]),
      });
      return {
        status: response.status,
        headers: response.headers,
        body: parsed(await readBody(response)),
      };
    } catch (thrown) {
      if (signal.aborted) throw interrupted(method);
      throw unreachable(this.baseUrl, timeout.aborted ? `none within ${ANSWER_TIMEOUT_MS} ms` : thrown);
    }
  }

  async #ask(method: Method, path: string, given?: JsonObject): Promise<JsonObject> {
    const { sleep, signal } = this.surroundings;
    for (let repeat = 0; ; repeat++) {
      const { status, headers, body } = await this.send(method, path, given);
      if (status >= 200 && status < 300 && body) return body;
      const problem = isProblem(body) ? { ...body, status } : foreignAnswer(this.baseUrl, status, headers);
      const again = headers.get('Do-Should-Retry') === 'true' || status === 429 || status === 503;
      const pauseMs = pauseOf(problem.retryAfterMs) ?? 200 * 2 ** repeat;
      if (!again || repeat >= REPEATS_MAX || pauseMs > PAUSE_MS_MAX) throw new CliFailure(problem);
      await sleep(pauseMs, signal);
      if (signal.aborted) throw interrupted(method);
    }
  }
}

function pathWith(path: string, query: Query): string {
  if (query.length === 0) return path;
  const search = new URLSearchParams();
  for (const [name, value] of query) search.append(name, value);
  return `${path}?${search}`;
}

/** From another server it may be anything. */
const pauseOf = (ms: unknown): number | undefined => (typeof ms === 'number' && ms >= 0 ? ms : undefined);

const interrupted = (method: Method): CliFailure =>
  new CliFailure(
    ownProblem(
      'CANCELLED',
      'Interrupted.',
      method === 'GET'
        ? { hint: 'Nothing was changed; run the command again.', effect: 'none' }
        : { hint: 'It may have arrived all the same; run the command again to see.', effect: 'unknown' },
    ),
    EXIT.interrupted,
  );

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
