/**
 * An executor of the lab: the platform's own rules (`@action-do/domain`) with a shell that goes wrong where the plan says
 * so. As the real one it writes before it acts, calls the handler only after its own ActionStarted is in the log, repeats
 * an append whose answer was lost, and decides again whenever somebody else wrote first.
 */
import type { ActionEvent } from '@action-do/contracts';
import {
  ABSENT,
  type AttemptOutcome,
  decideProbed,
  decideRequest,
  decideSettle,
  decideStart,
  decideTakeover,
  type ExecutionState,
  evolveExecution,
  type Generation,
  type ProbeAnswer,
} from '@action-do/domain';
import { askProbe, HandlerCall, LOST, TIMED_OUT } from './handler-call.js';
import type { LabLife } from './lab-life.js';
import { LabConflict } from './lab-log.js';
import type { Zombie } from './lab-world.js';

/** Unwinds an executor that dies. Nobody but `#act` catches it. */
class Died extends Error {}

/** Spreads retries in truth; here it would only make two lives differ. */
const RANDOM = 0.5;

export type Standstill = 'done' | 'dead' | 'paused';

export class LabExecutor {
  #dead = false;
  #going: Promise<Standstill> = Promise.resolve('done');
  #paused: Promise<Standstill>;
  #pausedNow: () => void = () => {};
  #goOn: () => void = () => {};

  constructor(
    readonly name: string,
    private readonly life: LabLife,
  ) {
    this.#paused = this.#nextPause();
  }

  /** A caller's request, to its answer or to the end of this executor. */
  request(requestId: string): Promise<Standstill> {
    return this.#act(async () => {
      let state: ExecutionState = ABSENT;
      for (;;) {
        const decision = decideRequest(state, this.#requestCommand(requestId));
        if (decision.kind !== 'claim') return this.#tell(`answers: ${decision.kind}`);
        const claimed = await this.#append(state, decision.events);
        if (claimed !== null) return this.#drive(claimed);
        state = this.life.world.fold();
      }
    });
  }

  /** Takes over what somebody left open. */
  recover(): Promise<Standstill> {
    return this.#act(async () => {
      for (;;) {
        const state = this.life.world.fold();
        const decision = decideTakeover(state, this.#command());
        if (decision.kind === 'leave') return;
        if (decision.kind === 'resume') return this.#drive(state);
        let { events } = decision.kind === 'append' ? decision : { events: [] };
        if (decision.kind === 'probe') {
          const answer = await this.#probe(state);
          events = decideProbed(state, { ...decision.settle, ...this.#command(), answer });
        }
        const after = await this.#append(state, events);
        if (after !== null) return this.#drive(after);
      }
    });
  }

  async #act(task: () => Promise<void>): Promise<Standstill> {
    this.#going = task().then(
      () => 'done',
      (error: unknown) => {
        if (error instanceof Died) return 'dead';
        throw error;
      },
    );
    return Promise.race([this.#going, this.#paused]);
  }

  /** Attempt after attempt, while the generation waits for one or has one of this executor. */
  async #drive(from: ExecutionState): Promise<void> {
    let state = from;
    for (;;) {
      const { generation } = state;
      if (generation?.status === 'running' && generation.executor === this.name) {
        state = await this.#attempt(generation, state);
        continue;
      }
      if (generation?.status !== 'retrying' && generation?.status !== 'pending') return;
      const { world } = this.life;
      world.nowMs = Math.max(world.nowMs, generation.nextAttemptAtMs ?? 0);
      const { events } = decideStart(state, {
        ...this.#command(),
        generation: generation.request.generation,
      });
      if (events.length === 0) return;
      state = (await this.#append(state, events)) ?? world.fold();
    }
  }

  async #attempt(generation: Generation, state: ExecutionState): Promise<ExecutionState> {
    const { world } = this.life;
    await world.bringBack('before-next-call');
    const number = ++world.calls;
    const what = `call ${number} of the handler`;
    this.#tell(`begins ${what}, attempt ${generation.attempt}, key ${shortKey(generation)}`);
    const fault = world.pass('call', what);
    const call = new HandlerCall(this.life, generation, number);
    if (fault === 'dies-during') this.#die(`during ${what}, which goes on`);
    if (fault === 'pauses-during') await this.#pause('at-the-end', `during ${what}`);
    if (fault === 'pauses-briefly') await this.#pause('before-next-call', `during ${what}`);
    if (fault === 'times-out') {
      this.#tell(`gives up ${what}, which goes on`);
      call.abort();
      world.later(this.#lateOutcome(generation, call));
      return this.#settle(generation, state, TIMED_OUT);
    }
    const outcome = await this.#outcomeOf(call);
    this.#tell(`${fault === 'loses-answer' ? 'does not hear' : 'hears'} of ${what}: ${describe(outcome)}`);
    return this.#settle(generation, state, fault === 'loses-answer' ? LOST : outcome);
  }

  async #outcomeOf(call: HandlerCall): Promise<AttemptOutcome> {
    for (;;) {
      const news = await call.next();
      if (news === 'dies') this.#die(`with call ${call.number} of the handler`);
      if (news !== 'pauses') return news;
      await this.#pause('at-the-end', `with call ${call.number} of the handler`);
    }
  }

  /** Records what an attempt came to, deciding again as often as somebody else came first. */
  async #settle(about: Generation, from: ExecutionState, outcome: AttemptOutcome): Promise<ExecutionState> {
    const { attempt } = about;
    const { generation } = about.request;
    let state = from;
    for (;;) {
      const command = { ...this.#command(), generation, attempt, outcome };
      const decision = decideSettle(state, command);
      const events =
        decision.kind === 'append'
          ? decision.events
          : decideProbed(state, { ...command, answer: await this.#probe(state) });
      const after = await this.#append(state, events);
      if (after !== null) return after;
      state = this.life.world.fold();
    }
  }

  /** What was given up is heard of after all, beside whatever this executor is at by then. */
  #lateOutcome(generation: Generation, call: HandlerCall): Zombie {
    const ear = new LabExecutor(this.name, this.life);
    const settle = async (): Promise<void> => {
      if (this.#dead) return;
      const outcome = await ear.#outcomeOf(call);
      this.#tell(`hears late of call ${call.number}: ${describe(outcome)}`);
      await ear.#settle(generation, this.life.world.fold(), outcome);
    };
    return { when: 'at-the-end', comeBack: () => ear.#act(settle) };
  }

  /** @returns the state behind it; null = somebody else came first */
  async #append(state: ExecutionState, events: readonly ActionEvent[]): Promise<ExecutionState | null> {
    if (events.length === 0) return state;
    const { world } = this.life;
    const what = events.map(({ type }) => type).join(' + ');
    // What comes too late already is no boundary: nothing is written, whatever goes wrong.
    const fault = world.log.isAt(state.revision) ? world.pass('append', what) : undefined;
    if (fault === 'dies-before') this.#die(`before ${what} is appended`);
    if (fault === 'pauses-before') await this.#pause('at-the-end', `before ${what} is appended`);
    if (fault === 'append-lost') this.#tell(`appends ${what}, which gets lost, and repeats it`);
    const id = Symbol(what);
    try {
      world.log.append(id, events, state.revision);
    } catch (error) {
      if (!(error instanceof LabConflict)) throw error;
      this.#tell(`comes too late to append ${what}`);
      return null;
    }
    this.#tell(`appends ${what}`);
    if (fault === 'dies-after') this.#die('before it learns of that');
    if (fault === 'answer-lost') {
      this.#tell(`does not learn of that, and repeats it`);
      world.log.append(id, events, state.revision);
    }
    return events.reduce(evolveExecution, state);
  }

  async #probe(state: ExecutionState): Promise<ProbeAnswer> {
    const { world } = this.life;
    if (state.generation === null) return { state: 'unknown' };
    const fault = world.pass('probe', 'the probe');
    if (fault === 'dies-before') this.#die('before it asks the probe');
    // What a handler does meanwhile, or does later, the probe cannot know.
    const alone = world.running.size === 0;
    const answer = await askProbe(this.life, state.generation);
    this.#tell(`asks the probe: ${answer.state}${fault === 'loses-answer' ? ', which gets lost' : ''}`);
    if (answer.state !== 'unknown' && alone) {
      const effects = await world.countEffects();
      if ((answer.state === 'applied') !== effects > 0)
        world.lie = `the probe said ${answer.state} where ${effects === 1 ? '1 effect was' : `${effects} effects were`} there`;
    }
    return fault === 'loses-answer' ? { state: 'unknown' } : answer;
  }

  #requestCommand(requestId: string): Parameters<typeof decideRequest>[1] {
    const { definition, params, scope, world } = this.life;
    return {
      scope,
      action: definition.name,
      version: definition.version,
      policy: definition.policy,
      params,
      paramsDigest: 'the same',
      key: 'the same',
      keyDerived: false,
      requestId,
      metadata: undefined,
      firstSentAtMs: undefined,
      executor: this.name,
      nowMs: world.nowMs,
    };
  }

  #command() {
    return { executor: this.name, nowMs: this.life.world.nowMs, random: RANDOM };
  }

  async #pause(when: Zombie['when'], where: string): Promise<void> {
    this.#tell(`is paused ${where}, longer than its lease`);
    const gate = new Promise<void>((open) => {
      this.#goOn = open;
    });
    this.life.world.later({ when, comeBack: () => this.#comeBack() });
    this.#pausedNow();
    await gate;
    this.#tell('comes back');
  }

  #comeBack(): Promise<Standstill> {
    this.#paused = this.#nextPause();
    this.#goOn();
    return Promise.race([this.#going, this.#paused]);
  }

  #nextPause(): Promise<Standstill> {
    return new Promise((paused) => {
      this.#pausedNow = () => paused('paused');
    });
  }

  #die(where: string): never {
    this.#tell(`dies ${where}`);
    this.#dead = true;
    throw new Died();
  }

  #tell(what: string): void {
    this.life.world.tell(`executor ${this.name} ${what}`);
  }
}

const describe = (outcome: AttemptOutcome): string =>
  outcome.ok ? 'succeeded' : `failed, ${outcome.error.message} (effect ${outcome.effect})`;

/** Which of the life's keys: the rest of it is the same for all. */
const shortKey = ({ request }: Generation): string => `…-${request.epoch}`;
