import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import {
  apiKeyChecksum,
  EXECUTOR_QUEUE,
  HEADERS,
  type Problem,
  problem,
  systemSubjects,
} from '@action-do/contracts';
import { type Bus, type BusMessage, InProcessBus } from '@action-do/messaging';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { GatewayModule } from '../gateway.module.js';
import { createFastifyAdapter } from '../http/fastify-adapter.js';

export function apiKey(keyId = 'default-000000000001', secret = '0'.repeat(32)): string {
  const body = `do_live_${keyId}_${secret}`;
  return `${body}${apiKeyChecksum(body)}`;
}

export const KEY = apiKey();
export const EXECUTE = '/v1/actions/send-invoice/executions';
export const EXECUTION = `exe_${'0'.repeat(32)}-1`;

export interface StubAnswer {
  readonly body: string;
  readonly headers?: Record<string, string>;
}

export const success: StubAnswer = {
  body: '{"result":{"n":1.0,"2":"b","1":"a"} ,"execution":{}}',
  headers: {
    [HEADERS.idempotencyStatus]: 'executed',
    [HEADERS.executionId]: EXECUTION,
    [HEADERS.shouldRetry]: 'false',
    [HEADERS.idempotencyKey]: '"k"',
    [HEADERS.idempotencyGeneration]: '1',
  },
};

export const failure = (given: Problem, how = 'rejected'): StubAnswer => ({
  body: JSON.stringify(given),
  headers: {
    [HEADERS.idempotencyStatus]: how,
    [HEADERS.errorCode]: given.code,
    [HEADERS.shouldRetry]: String(given.retryable),
  },
});

/** What an executor, or a projector, would be asked, and what a test lets it answer. */
export class StubExecutor {
  readonly asked: BusMessage[] = [];
  readonly lookups: string[] = [];
  /** Digests of the keys that there are, by key id. */
  readonly keys = new Map([['default-000000000001', createHash('sha256').update(KEY).digest('hex')]]);
  answer: (message: BusMessage) => StubAnswer | Promise<StubAnswer> = () => success;
  lookUp: (keyId: string) => StubAnswer | Promise<StubAnswer> = (keyId) => {
    const digest = this.keys.get(keyId);
    return { body: JSON.stringify(digest === undefined ? null : { keyId, digest, name: 'a key' }) };
  };
  private readonly subscriptions: { unsubscribe(): void }[] = [];

  constructor(bus: Pick<Bus, 'subscribe'>) {
    const serve = (pattern: string, answer: (message: BusMessage) => Promise<StubAnswer>) =>
      this.subscriptions.push(
        bus.subscribe(
          pattern,
          async (message) => {
            const { body, headers } = await answer(message);
            message.respond(new TextEncoder().encode(body), headers);
          },
          { queue: EXECUTOR_QUEUE },
        ),
      );
    serve('do.v1.gw.>', async (message) => {
      this.asked.push(message);
      return this.answer(message);
    });
    serve(systemSubjects.accessLookup, async ({ payload }) => {
      const { keyId }: { keyId: string } = JSON.parse(new TextDecoder().decode(payload));
      this.lookups.push(keyId);
      return this.lookUp(keyId);
    });
  }

  /** What is asked from now on is answered when the test says with what. */
  hold(): { readonly asked: Promise<void>; readonly answer: (given: StubAnswer) => void } {
    const answers = new EventEmitter();
    const asked = new Promise<void>((resolve) => {
      this.answer = () =>
        new Promise((given) => {
          answers.once('answer', given);
          resolve();
        });
    });
    return { asked, answer: (given) => void answers.emit('answer', given) };
  }

  leave(): void {
    for (const subscription of this.subscriptions) subscription.unsubscribe();
  }

  /** Headers of the newest command. */
  get headers(): Record<string, string | undefined> {
    return { ...this.asked.at(-1)?.headers };
  }
}

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'HEAD' | 'OPTIONS';
  readonly url?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Uint8Array;
}

/** A gateway without a port, over a bus on which a stub is the executor. */
export class GatewayOverStub {
  nowMs = 1_000_000;
  readonly errors: object[] = [];
  /** Every route that was registered, `GET /v1/executions/:id`. */
  readonly routes: string[] = [];
  private constructor(
    readonly bus: InProcessBus,
    readonly executor: StubExecutor,
  ) {}

  private app: NestFastifyApplication | undefined;

  static async start(): Promise<GatewayOverStub> {
    const bus = new InProcessBus({ onHandlerError: () => {} });
    const started = new GatewayOverStub(bus, new StubExecutor(bus));
    const log = { info() {}, warn() {}, error: (fields: object) => void started.errors.push(fields) };
    const parts = { bus, log, name: 'gateway-1', nowMs: () => started.nowMs };
    const module = await Test.createTestingModule({
      imports: [GatewayModule.register(parts, { isDraining: false })],
    }).compile();
    const adapter = createFastifyAdapter();
    adapter.getInstance().addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) started.routes.push(`${each} ${url}`);
    });
    started.app = module.createNestApplication<NestFastifyApplication>(adapter, {
      bodyParser: false,
      logger: false,
    });
    await started.app.init();
    await started.fastify.ready();
    return started;
  }

  get fastify() {
    if (this.app === undefined) throw new Error('not started');
    return this.app.getHttpAdapter().getInstance();
  }

  /** Sends a request that is well formed but for what is given. */
  async send({ method = 'POST', url = EXECUTE, headers = {}, body = '{"params":{}}' }: Request = {}) {
    const reply = await this.fastify.inject({
      method,
      url,
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
      ...(method === 'GET' || method === 'HEAD' ? {} : { payload: Buffer.from(body) }),
    });
    const json = (): Record<string, unknown> => (reply.body === '' ? {} : reply.json());
    return { status: reply.statusCode, headers: reply.headers, body: reply.body, json: json() };
  }

  get(url: string, headers: Record<string, string> = {}) {
    return this.send({ method: 'GET', url, headers });
  }

  async close(): Promise<void> {
    await this.app?.close();
    await this.bus.close();
  }
}

/** A page of a list. */
export const page: StubAnswer = {
  body: '{"items":[ {"n":1.0} ],"nextCursor":null,"position":"log-7","lagEvents":"0"}',
};

/** Every code that an executor may refuse or fail with. */
export const executorProblem = (code: Problem['code']): StubAnswer => failure(problem(code));
