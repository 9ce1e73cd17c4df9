import type {
  AuditEvent,
  ControlVerb,
  Execution,
  JsonObject,
  JsonValue,
  Problem,
} from '@action-do/contracts';

/** Whatever an answer may hold; which members are there is what a test asks. */
export type AnswerBody = Partial<Problem> & {
  readonly result?: JsonValue;
  readonly execution?: Execution;
  readonly items?: readonly AuditEvent[];
};

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as it came, for comparing bytes. */
  readonly text: string;
  /** The body parsed; empty where it is no JSON. */
  readonly body: AnswerBody;
}

export interface CallOptions {
  /** `Idempotency-Key`, as it goes into the header. */
  readonly key?: string;
  /** `Do-Request-Id`: give the same one twice to be one logical call. */
  readonly requestId?: string;
  /** `Prefer`, such as `wait=1` or `respond-async`. */
  readonly prefer?: string;
  /** `Repeatability-First-Sent`: when the logical call was sent for the first time. */
  readonly firstSent?: Date;
  readonly version?: number;
  readonly signal?: AbortSignal;
}

/** Calls the platform with nothing between the test and HTTP: one method call is one request, never repeated. */
export class HttpCaller {
  constructor(
    readonly url: string,
    readonly apiKey: string,
  ) {}

  execute(action: string, params: JsonObject, options: CallOptions = {}): Promise<HttpAnswer> {
    const query = options.version === undefined ? '' : `?version=${options.version}`;
    return this.send(`/v1/actions/${action}/executions${query}`, {
      method: 'POST',
      body: JSON.stringify({ params }),
      headers: { ...this.authorization, 'content-type': 'application/json', ...headersOf(options) },
      ...(options.signal ? { signal: options.signal } : {}),
    });
  }

  /** One execution, or with `part` its events or its outcome. */
  ask(executionId: string, part: '' | 'events' | 'attach' = '', prefer?: string): Promise<HttpAnswer> {
    const path = `/v1/executions/${executionId}${part === '' ? '' : `/${part}`}`;
    return this.send(path, { headers: { ...this.authorization, ...(prefer ? { prefer } : {}) } });
  }

  /** An operator's word about an execution: `cancel`, `retry`, `resolve` or `undo`. */
  control(executionId: string, verb: ControlVerb, body: JsonObject, prefer?: string): Promise<HttpAnswer> {
    return this.send(`/v1/executions/${executionId}/${verb}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        ...this.authorization,
        'content-type': 'application/json',
        ...(prefer ? { prefer } : {}),
      },
    });
  }

  /** As it is given: no key, no type, nothing is added. */
  async send(path: string, init: RequestInit = {}): Promise<HttpAnswer> {
    const response = await fetch(`${this.url}${path}`, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) };
  }

  get authorization(): { authorization: string } {
    return { authorization: `Bearer ${this.apiKey}` };
  }
}

const headersOf = ({ key, requestId, prefer, firstSent }: CallOptions): Record<string, string> => ({
  ...(key === undefined ? {} : { 'idempotency-key': key }),
  ...(requestId === undefined ? {} : { 'do-request-id': requestId }),
  ...(prefer === undefined ? {} : { prefer }),
  ...(firstSent === undefined ? {} : { 'repeatability-first-sent': firstSent.toISOString() }),
});

function parse(text: string): AnswerBody {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
