import { type Random, type SimWorld, WRITE_FAULTS } from '@action-do/test-support';
import type { SimExecutors } from './sim-executors.contract.js';

const CLASSES = ['idempotent', 'unsafe', 'transactional', 'verifiable'];
/** Pieces of work, by what their first attempts come to. */
const WORKS = [[], ['throw'], ['none'], ['final'], ['hang'], ['throw', 'hang']];
const OPEN_AFTER = [
  'ActionRequested',
  'ActionStarted',
  'ActionAttemptFailed',
  'ActionUndoRequested',
  'ActionUndoStarted',
];
const VERBS = ['cancel', 'cancel', 'undo', 'undo', 'retry', 'resolve'] as const;
/** What the first attempts to undo a piece of work come to. */
const UNDOS = [[], ['throw'], ['final'], ['hang']];
const CRASHES_MAX = 2;
/** For so many rounds no write is answered well: longer than a caller waits for a claim in doubt. */
const BAD_SPELL_ROUNDS = 40;
const HEALING_ROUNDS_MAX = 3_000;

/** What happened in a history besides calls that went well: a run of many seeds must have seen all of it. */
export interface Seen {
  asked: number;
  orders: number;
  faults: number;
  crashes: number;
  zombies: number;
}

/** Lives through one history: calls, faults, crashes and wrong takeovers in an order that `random` decides. */
export class RandomHistory {
  readonly seen: Seen = { asked: 0, orders: 0, faults: 0, crashes: 0, zombies: 0 };
  private started = 0;
  private badSpellLeft = 0;

  constructor(
    private readonly sim: SimExecutors,
    private readonly random: Random,
  ) {}

  private get world(): SimWorld {
    return this.sim.world;
  }

  async run(rounds: number): Promise<void> {
    for (let count = 2 + this.below(2); count > 0; count--) await this.start();
    for (let round = 0; round < rounds; round++) await this.goOn();
    await this.heal();
  }

  private async goOn(): Promise<void> {
    this.badSpellLeft--;
    const dice = this.random();
    if (dice > 0.995) this.badSpellLeft = BAD_SPELL_ROUNDS;
    if (dice < 0.12) await this.ask();
    else if (dice < 0.16) await this.world.tick();
    else if (dice > 0.97) await this.order();
    else if (dice < 0.18) await this.crash();
    else if (dice < 0.19) await this.takeOverTheLiving();
    else await this.release();
  }

  private async release(): Promise<void> {
    const { steps } = this.world;
    const step = steps[this.below(steps.length)];
    if (step === undefined) {
      await this.world.tick();
      return;
    }
    const faulty = step.kind === 'write' && (this.badSpellLeft > 0 || this.random() < 0.1);
    if (faulty) this.seen.faults++;
    await this.world.release(step, faulty ? WRITE_FAULTS[this.below(WRITE_FAULTS.length)] : undefined);
  }

  private async ask(): Promise<void> {
    this.seen.asked++;
    const action = CLASSES[this.below(CLASSES.length)] ?? '';
    const work = this.below(WORKS.length);
    const params = {
      id: `w${work}`,
      first: [...(WORKS[work] ?? [])],
      undo: [...(UNDOS[work % UNDOS.length] ?? [])],
    };
    const waitMs = this.random() < 0.2 ? 0 : 20_000;
    await this.sim.ask(this.oneOfTheLiving(), { action, params, waitMs });
  }

  /** A word of an operator about some execution that there is, or was. */
  private async order(): Promise<void> {
    const executions = [...(await this.sim.streams()).values()]
      .flat()
      .filter(({ type }) => type === 'ActionRequested')
      .map(({ metadata }) => metadata['executionId'] ?? '');
    const id = executions[this.below(executions.length)];
    if (id === undefined) return;
    this.seen.orders++;
    const outcome =
      this.random() < 0.5
        ? { result: { by: 'hand', attempt: 1 } }
        : { error: { message: 'by hand', effect: 'none' as const } };
    const verb = VERBS[this.below(VERBS.length)] ?? 'cancel';
    const waitMs = this.random() < 0.2 ? 0 : 20_000;
    await this.sim.order(this.oneOfTheLiving(), verb, { id, outcome, waitMs });
  }

  private async crash(): Promise<void> {
    if (this.seen.crashes >= CRASHES_MAX) return;
    this.seen.crashes++;
    this.sim.crash(this.oneOfTheLiving(), this.random() < 0.3);
    await this.start();
    if (this.random() < 0.7) await this.recoverTheDead();
  }

  /** What a wrong guess of a lease would do: somebody's work is taken over although it lives. */
  private async takeOverTheLiving(): Promise<void> {
    const streams = [...(await this.sim.streams()).keys()];
    const stream = streams[this.below(streams.length)];
    if (stream === undefined) return;
    this.seen.zombies++;
    await this.sim.recover(this.oneOfTheLiving(), [stream]);
  }

  /** No more trouble: all that is open must come to its end. */
  private async heal(): Promise<void> {
    for (let round = 0; round < HEALING_ROUNDS_MAX; round++) {
      const [step] = this.world.steps;
      if (step) await this.world.release(step);
      else if (round % 50 === 0) await this.recoverTheDead();
      else if (!(await this.world.tick())) {
        await this.recoverTheDead();
        if (this.world.steps.length === 0) return;
      }
    }
    throw new Error('it does not come to an end');
  }

  private async recoverTheDead(): Promise<void> {
    const orphans: string[] = [];
    for (const [stream, events] of await this.sim.streams()) {
      // Neither says who is at it.
      const last = events.findLast(
        ({ type }) => type !== 'ActionLateOutcome' && type !== 'ActionCancelRequested',
      );
      const undoing = last?.type === 'ActionUndoFailed' && last.data['nextAttemptAtMs'] !== null;
      const open = last !== undefined && (undoing || OPEN_AFTER.includes(last.type));
      if (open && this.world.isDead(last.metadata['executor'] ?? '')) orphans.push(stream);
    }
    await this.sim.recover(this.oneOfTheLiving(), orphans);
  }

  private async start(): Promise<void> {
    const name = `e${++this.started}`;
    await this.sim.start(name, { slots: 1 + this.below(3), queue: 1 + this.below(6) });
  }

  private oneOfTheLiving(): string {
    const living = this.sim.live();
    return living[this.below(living.length)]?.log.executor ?? '';
  }

  private below(count: number): number {
    return Math.floor(this.random() * count);
  }
}
