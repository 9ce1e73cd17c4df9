import {
  type Bus,
  BusClosed,
  type BusHandler,
  type BusHeaders,
  BusInterrupted,
  type BusMessage,
  type BusReply,
  type BusSubscription,
  BusTimeout,
  BusUnreachable,
  NoResponder,
  type RequestOptions,
  type SubscribeOptions,
} from '@action-do/messaging';
import type { Fault, Random, SimWorld } from '@action-do/test-support';

interface Listener {
  readonly owner: string;
  /** Fits the subjects that it wants. */
  readonly pattern: RegExp;
  readonly handler: BusHandler;
  readonly queue: string | undefined;
}

interface Sent {
  readonly from: string;
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers: BusHeaders;
  /** Null where nobody waits. */
  readonly answer: ((reply: BusReply) => void) | null;
}

/**
 * A bus between the processes of a simulated world, with the rules of NATS. Every message and every answer is a step
 * that waits for its turn: it may come late, behind a later one, twice, or never. Whoever is dead gets nothing, whoever
 * stands still gets it when it goes on, and who is cut off sends nothing and hears of it.
 */
export class SimNetwork {
  private readonly listeners = new Set<Listener>();
  /** Requests that wait for an answer, by who asked. */
  private readonly open = new Map<string, Set<(reason: unknown) => void>>();
  private readonly cutOff = new Set<string>();
  /** `w1 e2`: an answer of the first, to the second, was lost. */
  readonly unheard = new Set<string>();

  constructor(
    private readonly world: SimWorld,
    private readonly random: Random,
  ) {}

  /** One process's connection. */
  connect(owner: string): Bus {
    return {
      payloadBytesMax: 1024 * 1024,
      publish: (subject, payload, headers = {}) => {
        if (!this.cutOff.has(owner)) this.send({ from: owner, subject, payload, headers, answer: null });
      },
      request: (subject, payload, options) => this.request(owner, subject, payload, options),
      subscribe: (pattern, handler, options) => this.subscribe(owner, pattern, handler, options),
      drain: () => this.close(owner),
      close: () => this.close(owner),
    };
  }

  /** The connection of a process breaks: what was on its way to it is lost, and whoever waits there is told. */
  cut(owner: string): void {
    this.cutOff.add(owner);
    this.world.history.push(`${owner} loses the bus`);
    const lost = this.world.steps.filter(
      (step) => step.owner === owner && (step.kind === 'message' || step.kind === 'reply'),
    );
    for (const step of lost) this.world.steps.splice(this.world.steps.indexOf(step), 1);
    for (const fail of [...(this.open.get(owner) ?? [])]) fail(new BusInterrupted('a simulated subject'));
  }

  mend(owner: string): void {
    this.cutOff.delete(owner);
    this.world.history.push(`${owner} has the bus again`);
  }

  isCutOff(owner: string): boolean {
    return this.cutOff.has(owner);
  }

  private request(
    owner: string,
    subject: string,
    payload: Uint8Array,
    { headers = {}, timeoutMs, signal }: RequestOptions,
  ): Promise<BusReply> {
    return new Promise((resolve, reject) => {
      if (this.cutOff.has(owner)) return reject(new BusUnreachable(subject));
      const waiting = this.open.get(owner) ?? new Set();
      this.open.set(owner, waiting);
      const end = (): void => {
        callOff();
        waiting.delete(fail);
        signal?.removeEventListener('abort', onAbort);
      };
      const fail = (reason: unknown): void => {
        end();
        reject(reason);
      };
      const onAbort = (): void => fail(signal?.reason);
      const answer = (reply: BusReply): void => {
        end();
        resolve(reply);
      };
      const { clock } = this.world.process(owner);
      const callOff = clock.after(timeoutMs, () => fail(new BusTimeout(subject, timeoutMs)));
      waiting.add(fail);
      signal?.addEventListener('abort', onAbort);
      if (signal?.aborted) return onAbort();
      if (this.send({ from: owner, subject, payload, headers, answer }) === 0) fail(new NoResponder(subject));
    });
  }

  private subscribe(
    owner: string,
    pattern: string,
    handler: BusHandler,
    { queue }: SubscribeOptions = {},
  ): BusSubscription {
    const listener = { owner, pattern: fitting(pattern), handler, queue };
    this.listeners.add(listener);
    const unsubscribe = (): void => void this.listeners.delete(listener);
    return { unsubscribe, drain: async () => unsubscribe() };
  }

  private async close(owner: string): Promise<void> {
    for (const listener of [...this.listeners]) if (listener.owner === owner) this.listeners.delete(listener);
    for (const fail of [...(this.open.get(owner) ?? [])]) fail(new BusClosed());
  }

  /** @returns how many are to get it */
  private send(sent: Sent): number {
    const groups = new Map<string, Listener[]>();
    const receivers: Listener[] = [];
    for (const listener of this.listeners) {
      const { owner, pattern, queue } = listener;
      if (this.world.isDead(owner)) this.listeners.delete(listener);
      else if (this.cutOff.has(owner) || !pattern.test(sent.subject)) continue;
      else if (queue === undefined) receivers.push(listener);
      else groups.set(queue, [...(groups.get(queue) ?? []), listener]);
    }
    for (const members of groups.values()) {
      const chosen = members[Math.floor(this.random() * members.length)];
      if (chosen) receivers.push(chosen);
    }
    for (const receiver of receivers) this.deliver(sent, receiver);
    return receivers.length;
  }

  private deliver(sent: Sent, receiver: Listener): void {
    const what = `${shorter(sent.subject)} from ${sent.from}`;
    const go = (fault?: Fault): void => {
      if (fault === 'drop') return;
      if (fault === 'duplicate') this.deliver(sent, receiver);
      void receiver.handler(this.messageTo(receiver, sent));
    };
    this.world.put({ owner: receiver.owner, kind: 'message', what, go });
  }

  private messageTo(receiver: Listener, { from, subject, payload, headers, answer }: Sent): BusMessage {
    let answered = false;
    const respond: BusMessage['respond'] = (reply, replyHeaders = {}) => {
      if (answered || answer === null) return;
      if (this.cutOff.has(receiver.owner) || this.cutOff.has(from)) {
        this.unheard.add(`${receiver.owner} ${from}`);
        return;
      }
      answered = true;
      const go = (fault?: Fault): void => {
        if (fault === 'drop') this.unheard.add(`${receiver.owner} ${from}`);
        else answer({ payload: reply, headers: replyHeaders });
      };
      const what = `to ${shorter(subject)} from ${receiver.owner}`;
      this.world.put({ owner: from, kind: 'reply', what, go });
    };
    return { subject, payload, headers, wantsReply: answer !== null, respond };
  }
}

/** Without what all subjects have in common, and of an id only its beginning. */
const shorter = (subject: string): string =>
  subject.replace(/^do\.v1\./, '').replace(/exe_([0-9a-f]{8})[0-9a-f]*/, '$1');

const patterns = new Map<string, RegExp>();

/** Few patterns, and many subjects to hold against them: each is made once. */
function fitting(pattern: string): RegExp {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  const source = pattern.replaceAll('.', '\\.').replaceAll('*', '[^.]+').replace(/>$/, '.+');
  const made = new RegExp(`^${source}$`);
  // What names a single execution is wanted once; only what has a wildcard is kept.
  if (/[*>]/.test(pattern)) patterns.set(pattern, made);
  return made;
}
