import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ActionEventData, ActionRegistered, ScopeHash } from '@action-do/contracts';
import { until } from '@action-do/test-support';
import type { PolicyOptions } from '@do-sdk/actions';
import { type Attempt, runAttempt } from '../execution/run-attempt.js';
import { AllowList } from '../http/allow-list.js';
import { type Dial, systemDial } from '../http/connect.js';
import { Destinations } from '../http/destinations.js';
import { HttpPerformer } from '../http/http-performer.js';
import type { HttpMeans } from '../http/http-service.js';
import { OpenConnections } from '../http/open-connections.js';
import type { Resolve } from '../http/resolve.js';
import { wrapSecret } from '../http/secret.js';
import type { Clock } from '../ports.js';
import type { RegisteredAction } from '../registry/registered-action.js';
import { LateAnswers } from '../remote/late-answers.js';
import { masterKey, silent, TENANT } from './sim-executors.contract.js';
import { onTheBus } from './sim-worker.contract.js';

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** A clock that stands still until a test moves it. It begins with the time that it is, for signatures are checked against that. */
export class StillClock implements Clock {
  private ms = Date.now();
  private readonly timers = new Set<{ readonly atMs: number; readonly ring: () => void }>();

  nowMs(): number {
    return this.ms;
  }

  after(ms: number, ring: () => void): () => void {
    const timer = { atMs: this.ms + ms, ring };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  pass(ms: number): void {
    this.ms += ms;
    for (const timer of [...this.timers])
      if (timer.atMs <= this.ms && this.timers.delete(timer)) timer.ring();
  }

  get timerCount(): number {
    return this.timers.size;
  }

  /** Until the next timer rings. */
  get nextInMs(): number {
    return Math.min(...[...this.timers].map(({ atMs }) => atMs)) - this.ms;
  }
}

export interface Called {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A service at 127.0.0.1 that a test answers for. */
export class SimService {
  readonly calls: Called[] = [];
  /** Connections that were closed by who asked. */
  closed = 0;
  /** What comes of a call, by default 200 with `{"paid":true}`. */
  answer: RequestListener = (_, response) => {
    response.setHeader('content-type', 'application/json').end('{"paid":true}');
  };
  private readonly server: Server;

  constructor(tls?: { cert: Buffer; key: Buffer }) {
    const take: RequestListener = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.calls.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
        this.answer(request, response);
      });
      response.on('close', () => {
        if (!response.writableEnded) this.closed++;
      });
    };
    this.server = tls === undefined ? createServer(take) : createSecureServer(tls, take);
  }

  async start(port = 0, host = '127.0.0.1'): Promise<void> {
    await once(this.server.listen(port, host), 'listening');
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export interface HttpWorldParts {
  readonly url: string;
  readonly allow?: string;
  readonly resolve?: Resolve;
  readonly dial?: Dial;
  readonly ca?: string;
  /** Instead of those that the list allows. */
  readonly destinations?: HttpMeans['destinations'];
  readonly policy?: Partial<PolicyOptions>;
  readonly more?: Parameters<typeof onTheBus>[1];
  readonly lateMax?: number;
  readonly connections?: OpenConnections;
}

/** Made once: some tests make worlds by the thousand. */
const usual = onTheBus();

/** What performs `pay` at one URL, with a clock of its own. */
export function httpWorld(parts: HttpWorldParts) {
  const { url, allow = '127.0.0.1,localhost', lateMax, connections = new OpenConnections(), ca } = parts;
  const clock = new StillClock();
  const registered: ActionRegistered = {
    ...(parts.policy || parts.more ? onTheBus(parts.policy, parts.more) : usual),
    target: 'http',
    http: { url, secretWrapped: wrapSecret(masterKey, { tenant: TENANT, name: 'pay', version: 1 }, SECRET) },
  };
  const resolve: Resolve = parts.resolve ?? (async () => ['127.0.0.1']);
  const means = {
    destinations: parts.destinations ?? new Destinations(AllowList.parse(allow), resolve, clock),
    connections,
    dial: parts.dial ?? systemDial,
    ca,
    masterKey,
    late: new LateAnswers(lateMax),
    clock,
    logger: silent,
  };
  const performer = new HttpPerformer(means, TENANT, registered);
  const { name, version, policy } = registered.contract;
  const action: RegisteredAction = {
    name,
    version,
    policy,
    checkParams: () => [],
    checkResult: () => [],
    hasUndo: true,
    performer,
  };
  const nowMs = clock.nowMs();
  const request: ActionEventData<'ActionRequested'> = {
    generation: 1,
    epoch: 1,
    effectKey: `${'a'.repeat(32)}-1`,
    action: name,
    version,
    params: { id: 'x', note: 'ünï' },
    paramsDigest: '',
    key: '',
    keyDerived: true,
    requestId: '',
    policy,
    deadlineAtMs: nowMs + policy.deadlineMs,
    atMs: nowMs,
  };
  const attempt: Attempt = {
    action,
    request,
    scope: 'a'.repeat(32) as ScopeHash,
    attempt: 2,
    traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
  };
  return { clock, performer, attempt, connections, registered };
}

/** A service for the tests of one file, and attempts at it. */
export function onePay() {
  const service = new SimService();
  const usual = service.answer;
  beforeAll(() => service.start());
  afterAll(() => service.stop());
  beforeEach(() => {
    service.answer = usual;
    service.calls.length = 0;
    service.closed = 0;
  });
  const begin = (parts: Partial<HttpWorldParts> = {}) => {
    const world = httpWorld({ url: `http://127.0.0.1:${service.port}/pay?by=card`, ...parts });
    const running = runAttempt(world.attempt, world.clock, silent);
    return { ...world, running };
  };
  const called = (times = 1) => until('the service is called', () => service.calls.length === times);
  return { service, usual, begin, called };
}
