import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { Turns, type TurnsPlan } from './turns.js';

class TooMany extends Error {}

/** Works that end when they are told to, and what became of whoever asked. */
class Asked {
  readonly begun: string[] = [];
  readonly refused: string[] = [];
  readonly #ends = new Map<string, () => void>();
  readonly #turns: Turns;

  constructor(plan: Omit<TurnsPlan, 'refusal'>) {
    this.#turns = new Turns({ ...plan, refusal: () => new TooMany() });
  }

  /** @param name the tenant's, and a number: "a1" */
  async ask(name: string, isWanted?: () => boolean): Promise<void> {
    const work = (): Promise<void> => {
      this.begun.push(name);
      return new Promise((end) => this.#ends.set(name, end));
    };
    this.#turns.take(name.slice(0, 1), work, isWanted).catch((error: unknown) => {
      if (!(error instanceof TooMany)) throw error;
      this.refused.push(name);
    });
    await turnOfLoop();
  }

  async askAll(...names: string[]): Promise<void> {
    for (const name of names) await this.ask(name);
  }

  async end(...names: string[]): Promise<void> {
    for (const name of names) {
      this.#ends.get(name)?.();
      await turnOfLoop();
    }
  }
}

const many = (tenant: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${tenant}${i + 1}`);

describe('turns', () => {
  it('of one tenant with two hundred leave a place to another, at once', async () => {
    const asked = new Asked({ atOnce: 8, waitingMax: 192 });
    await asked.askAll(...many('a', 200));
    expect([asked.begun, asked.refused]).toEqual([many('a', 7), ['a200']]);
    await asked.ask('b1');
    expect(asked.begun.at(-1)).toBe('b1');
  });

  it('go from tenant to tenant, and within one in the order in which it asked', async () => {
    const asked = new Asked({ atOnce: 1, waitingMax: 9 });
    await asked.askAll('a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'b2');
    await asked.end('a1', 'a2', 'b1', 'c1', 'a3', 'b2');
    expect(asked.begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
  });

  it('pass by a tenant that has all places but one', async () => {
    const asked = new Asked({ atOnce: 3, waitingMax: 9 });
    await asked.askAll('a1', 'a2', 'b1', 'a3', 'a4', 'b2');
    await asked.end('b1');
    expect(asked.begun).toEqual(['a1', 'a2', 'b1', 'b2']);
    await asked.end('b2');
    expect(asked.begun).toHaveLength(4);
    await asked.end('a1', 'a2');
    expect(asked.begun.slice(4)).toEqual(['a3', 'a4']);
  });

  it('where all wait that may: the newest of whoever has most gives way to one who has fewer, and nobody else does', async () => {
    const asked = new Asked({ atOnce: 1, waitingMax: 4 });
    await asked.askAll('a0', 'a1', 'a2', 'a3', 'a4');
    await asked.askAll('b1', 'b2', 'b3', 'a5');
    expect(asked.refused).toEqual(['a4', 'a3', 'b3', 'a5']);
    await asked.ask('c1');
    expect(asked.refused.slice(4)).toEqual(['a2']);
    await asked.end('a0', 'a1', 'b1', 'c1');
    expect(asked.begun).toEqual(['a0', 'a1', 'b1', 'c1', 'b2']);
  });

  it('where each of many tenants has one that waits, one more is refused', async () => {
    const asked = new Asked({ atOnce: 1, waitingMax: 2 });
    await asked.askAll('a1', 'b1', 'c1', 'd1');
    expect(asked.refused).toEqual(['d1']);
    await asked.end('a1', 'b1', 'c1');
    expect(asked.begun).toEqual(['a1', 'b1', 'c1']);
  });

  it('pass by whoever wants nothing any more, whose place is free for one who waits', async () => {
    const asked = new Asked({ atOnce: 1, waitingMax: 3 });
    let listens = true;
    await asked.ask('a1');
    await asked.ask('a2', () => listens);
    await asked.ask('a3');
    await asked.ask('b1', () => listens);
    listens = false;
    await asked.end('a1');
    expect([asked.begun, asked.refused]).toEqual([
      ['a1', 'a3'],
      ['a2', 'b1'],
    ]);
    await asked.askAll('b2', 'b3');
    await asked.ask('b4', () => listens);
    await asked.ask('b5');
    expect(asked.refused).toEqual(['a2', 'b1', 'b4']);
    await asked.end('a3', 'b2', 'b3', 'b5');
    expect(asked.begun).toEqual(['a1', 'a3', 'b2', 'b3', 'b5']);
  });

  it('that ended badly are given on, and what went wrong is told', async () => {
    const turns = new Turns({ atOnce: 1, waitingMax: 1, refusal: () => new TooMany() });
    const fails = turns.take('a', () => Promise.reject(new Error('away')));
    const next = turns.take('a', () => Promise.resolve('made'));
    await expect(fails).rejects.toThrow('away');
    expect(await next).toBe('made');
    expect(await turns.take('a', () => Promise.resolve('again'))).toBe('again');
  });
});
