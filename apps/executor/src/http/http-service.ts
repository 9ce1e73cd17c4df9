import type { Socket } from 'node:net';
import {
  type ActionRegistered,
  executionId,
  HEADERS,
  type JsonValue,
  type Operation,
  type TenantName,
} from '@action-do/contracts';
import type { ActionContext } from '@do-sdk/actions';
import type { Attempt } from '../execution/run-attempt.js';
import type { Clock, Log } from '../ports.js';
import type { LateAnswers } from '../remote/late-answers.js';
import type { MasterKey } from '../tenant/master-key.js';
import { type ConnectMeans, connectTo } from './connect.js';
import type { Destinations } from './destinations.js';
import { exchange, type HttpAnswer } from './exchange.js';
import { NotSent } from './not-sent.js';
import type { OpenConnections } from './open-connections.js';
import { unwrapSecret } from './secret.js';
import { signed } from './sign.js';
import type { Target } from './target.js';

/** What all performers over HTTP of one executor share. */
export interface HttpMeans extends ConnectMeans {
  readonly destinations: Pick<Destinations, 'read' | 'addressesOf'>;
  readonly connections: OpenConnections;
  readonly masterKey: MasterKey;
  readonly late: LateAnswers;
  readonly clock: Clock;
  readonly logger: Log;
}

/** Who listens to a request while it is under way. */
export interface Listening {
  /** Before it is sent: then it never is. */
  readonly unwanted: AbortSignal;
  /** Afterwards: then the connection is closed. */
  readonly letGo: AbortSignal;
  readonly beat: () => void;
}

/** How long it may take to see whether a service is there, milliseconds: somebody waits to be told. */
const REACH_MS = 2_000;

/**
 * The service that performs one version of a tenant's action: requests to it, and nothing of what its answers mean. Each
 * request has a connection of its own: one that had idled could break under a request, and nobody could say then whether
 * that arrived; and each connection's address is one that was just now seen to be allowed.
 */
export class HttpService {
  constructor(
    private readonly means: HttpMeans,
    private readonly tenant: TenantName,
    private readonly registered: ActionRegistered,
  ) {}

  /** Connects, and asks for nothing. @throws NotSent nobody accepts */
  async reach(): Promise<void> {
    const target = this.target();
    const over = new AbortController();
    const connection = this.means.connections.enter(placeOf(target), () => over.abort());
    try {
      const off = [over.signal];
      (await this.within(REACH_MS, off, (signal) => this.connect(target, signal))).destroy();
    } finally {
      connection.ended();
    }
  }

  /**
   * Half of the time of the attempt is for the service: where what comes before the request takes longer, it is not sent.
   * @throws NotSent, AnswerLost
   */
  async ask(
    operation: Operation,
    attempt: Attempt,
    body: JsonValue,
    context: ActionContext,
    { unwanted, letGo, beat }: Listening,
  ): Promise<HttpAnswer> {
    const target = this.target();
    const over = new AbortController();
    const connection = this.means.connections.enter(placeOf(target), () => over.abort());
    unwanted.addEventListener('abort', connection.givenUp, { once: true });
    try {
      const bytes = Buffer.from(JSON.stringify(body));
      const secret = this.secret();
      const earlyMs = (context.deadlineMs - this.means.clock.nowMs()) / 2;
      const socket = await this.within(earlyMs, [unwanted, over.signal], async (off) => {
        const connected = await this.connect(target, off);
        if (operation !== 'probe') await insist(attempt, connected, off);
        return connected;
      });
      const headers = this.headers(operation, attempt, context, secret, bytes);
      return await exchange(socket, target, headers, bytes, beat, AbortSignal.any([letGo, over.signal]));
    } finally {
      unwanted.removeEventListener('abort', connection.givenUp);
      connection.ended();
    }
  }

  private target(): Target {
    const target = this.means.destinations.read(this.registered.http?.url ?? '');
    if (typeof target === 'string') throw new NotSent('HTTP_NOT_ALLOWED', `the URL of the service ${target}`);
    return target;
  }

  private secret(): string {
    const { name, version } = this.registered.contract;
    const { secretWrapped = '' } = this.registered.http ?? {};
    try {
      return unwrapSecret(this.means.masterKey, { tenant: this.tenant, name, version }, secretWrapped);
    } catch (error) {
      throw new NotSent('HTTP_SECRET', 'what signs the requests cannot be read', { cause: error });
    }
  }

  /**
   * Names, addresses and handshakes have bounds of their own, which add up. That they were cut short tells of the service
   * only where they had the time in which it is to be seen; and that the log was, never.
   * @throws NotSent
   */
  private async within(
    ms: number,
    over: readonly AbortSignal[],
    prepare: (off: AbortSignal) => Promise<Socket>,
  ): Promise<Socket> {
    const late = new AbortController();
    const callOff = this.means.clock.after(Math.max(0, ms), () => late.abort());
    try {
      return await prepare(AbortSignal.any([...over, late.signal]));
    } catch (error) {
      if (late.signal.aborted && (ms < REACH_MS || isUnwanted(error)))
        throw new NotSent('HTTP_LATE', 'no time was left to ask the service', { cause: error });
      throw error;
    } finally {
      callOff();
    }
  }

  private async connect(target: Target, signal: AbortSignal): Promise<Socket> {
    const addresses = await this.means.destinations.addressesOf(target, this.tenant, signal);
    return connectTo(target, addresses, this.means, signal);
  }

  private headers(
    operation: Operation,
    attempt: Attempt,
    context: ActionContext,
    secret: string,
    body: Uint8Array,
  ): Record<string, string> {
    const { scope, request, traceparent } = attempt;
    const { name, version } = this.registered.contract;
    const nowMs = this.means.clock.nowMs();
    const id = executionId(scope, request.generation);
    return {
      'content-type': 'application/json',
      accept: 'application/json, application/problem+json',
      'accept-encoding': 'identity',
      'user-agent': 'action.do',
      [HEADERS.operation]: operation,
      [HEADERS.action]: name,
      [HEADERS.actionVersion]: String(version),
      [HEADERS.executionId]: id,
      [HEADERS.idempotencyKey]: context.idempotencyKey,
      [HEADERS.attempt]: String(context.attempt),
      [HEADERS.timeoutMs]: String(Math.max(0, context.deadlineMs - nowMs)),
      ...(traceparent ? { [HEADERS.traceparent]: traceparent } : {}),
      ...signed(secret, `${id}_${operation}_${context.attempt}`, nowMs, body),
    };
  }
}

/**
 * Names, handshakes, or a process that stood still may have taken so long that others took the attempt for lost and went on.
 * @throws NotSent it is wanted no more, or nobody can say any more whether it is
 */
async function insist({ isStillWanted }: Attempt, socket: Socket, off: AbortSignal): Promise<void> {
  if (isStillWanted === undefined) return;
  const isOff = new Promise<false>((resolve) => {
    off.addEventListener('abort', () => resolve(false), { once: true });
    if (off.aborted) resolve(false);
  });
  const asked = isStillWanted().catch(
    (error: unknown) => new NotSent('HTTP_UNWANTED', UNWANTED, { cause: error }),
  );
  const isWanted = await Promise.race([asked, isOff]);
  if (isWanted === true && !off.aborted) return;
  socket.destroy();
  throw isWanted instanceof NotSent ? isWanted : new NotSent('HTTP_UNWANTED', UNWANTED);
}

const UNWANTED = 'the attempt was over before it was sent';

const isUnwanted = (error: unknown): boolean => error instanceof NotSent && error.code === 'HTTP_UNWANTED';

const placeOf = ({ host, port }: Target): string => `${host}:${port}`;
