import {
  ActionContract,
  type ActionRegistered,
  contractOf,
  executionId,
  HandlerQuestion,
  HEADERS,
  handlerSubjects,
  type JsonValue,
  type ScopeHash,
  WORKER_QUEUE,
} from '@action-do/contracts';
import type { Bus, BusHeaders, BusMessage, BusSubscription } from '@action-do/messaging';
import type { PolicyOptions } from '@do-sdk/actions';
import { digestOf } from '../registry/contract-digest.js';
import { action } from './one-executor.contract.js';
import { TENANT } from './sim-executors.contract.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
export const encode = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value));

/** The contract of an action `pay` that takes `{ id, note }` and gives anything, as registered for the bus. */
export function onTheBus(
  policy: Partial<PolicyOptions> = {},
  more: Partial<ActionContract> = {},
): ActionRegistered {
  const probe = policy.effects === 'verifiable' ? { probe: () => ({ state: 'unknown' as const }) } : {};
  const definition = action('pay', () => {}, { ...policy, ...probe });
  const contract = ActionContract.parse({ ...contractOf(definition), ...more });
  return { contract, target: 'bus', digest: digestOf(contract), atMs: 1 };
}

/** One attempt that a worker was asked to perform. */
export interface Run {
  readonly headers: BusHeaders;
  readonly params: unknown;
  readonly name: string;
  readonly respond: BusMessage['respond'];
}

/** A process that performs a version of `pay`, as a test tells it to: any service that speaks the protocol. */
export class SimWorker {
  readonly runs: Run[] = [];
  readonly aborted: unknown[] = [];
  /** What it was asked to undo; a test answers. */
  readonly undos: Run[] = [];
  /** What it says when asked about an attempt, by `<execution id> <attempt>`. */
  readonly says = new Map<string, unknown>();
  /** Of so many questions to come, the answers get lost. */
  answersToLose = 0;
  private readonly subscriptions: BusSubscription[] = [];

  /** @param isPlain it answers `run` and nothing else, as a service does that a stranger wrote */
  constructor(
    private readonly bus: Bus,
    version = 1,
    isPlain = false,
  ) {
    const { run, ask, probe, undo, abortPattern } = handlerSubjects;
    const queue = { queue: WORKER_QUEUE };
    this.subscriptions.push(
      bus.subscribe(run(TENANT, 'pay', version), (message) => this.take(message), queue),
    );
    if (isPlain) return;
    this.subscriptions.push(
      bus.subscribe(ask(TENANT, 'pay', version), (message) => this.report(message)),
      bus.subscribe(probe(TENANT, 'pay', version), (message) => this.tell(message), queue),
      bus.subscribe(undo(TENANT, 'pay', version), (message) => void this.undos.push(runOf(message)), queue),
      bus.subscribe(abortPattern(TENANT), ({ payload }) => {
        this.aborted.push(JSON.parse(decoder.decode(payload)));
      }),
    );
  }

  /** What its probe says, and what it was asked. */
  probed: unknown = { state: 'unknown' };
  readonly probes: Run[] = [];

  /** kill -9: from now on nobody hears of it, whatever it was at. */
  die(): void {
    for (const subscription of this.subscriptions) subscription.unsubscribe();
    this.says.clear();
  }

  /** Ends the newest attempt, or the one given. @param lost the answer gets lost: only who asks will know */
  succeed(result: JsonValue, run: Run | undefined = this.runs.at(-1), lost = false): void {
    if (run === undefined) throw new Error('nothing runs');
    this.says.set(run.name, { state: 'succeeded', result });
    if (!lost) run.respond(encode(result));
  }

  beat(run: Run | undefined = this.runs.at(-1)): void {
    const [execution = '', attempt = ''] = run?.name.split(' ') ?? [];
    const [, scope = '', generation = ''] = /^exe_(.*)-(\d+)$/.exec(execution) ?? [];
    const id = executionId(scope as ScopeHash, Number(generation));
    this.bus.publish(handlerSubjects.heartbeat(TENANT, id), encode({ attempt: Number(attempt) }));
  }

  private take(message: BusMessage): void {
    const run = runOf(message);
    this.says.set(run.name, { state: 'running' });
    this.runs.push(run);
  }

  private tell(message: BusMessage): void {
    this.probes.push(runOf(message));
    message.respond(encode(this.probed));
  }

  private report(message: BusMessage): void {
    const { executionId: id, attempt } = HandlerQuestion.parse(JSON.parse(decoder.decode(message.payload)));
    const said = id === undefined ? { state: 'here' } : this.says.get(`${id} ${attempt}`);
    if (said === undefined || this.answersToLose-- > 0) return;
    message.respond(encode(said));
  }
}

function runOf(message: BusMessage): Run {
  const { headers, payload } = message;
  const name = `${headers[HEADERS.executionId]} ${headers[HEADERS.attempt]}`;
  const respond: Run['respond'] = (answer, more) => message.respond(answer, more);
  return { headers, params: JSON.parse(decoder.decode(payload)), name, respond };
}
