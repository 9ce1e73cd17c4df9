import { Allowances } from './allowances.js';
import { Stalls } from './stalls.js';

/** Somebody who stood still for so long each, by a clock of its own that is begun at 0; a look is due each 10 ms. */
function stoodStill(...times: readonly { readonly fromMs: number; readonly untilMs: number }[]): Stalls {
  let now = 0;
  const stalls = new Stalls(() => now);
  stalls.end();
  const lookAt = (ms: number): void => {
    now = ms;
    stalls.sumMs(1, { fromMs: 0, untilMs: 0 });
  };
  for (const { fromMs, untilMs } of times) {
    while (now + 10 < fromMs) lookAt(now + 10);
    lookAt(fromMs - 10);
    lookAt(untilMs);
  }
  return stalls;
}

const all = { fromMs: 0, untilMs: 10_000 };

describe('what a promise is lengthened by', () => {
  const stalls = stoodStill(
    { fromMs: 100, untilMs: 200 },
    { fromMs: 500, untilMs: 550 },
    { fromMs: 800, untilMs: 830 },
    { fromMs: 900, untilMs: 920 },
    { fromMs: 950, untilMs: 965 },
  );
  const allowed = new Allowances(stalls, false);

  it('is the two longest standstills on the way of an answer, and nothing for what we do not wait for', () => {
    expect((['answer', 'append', 'recovery'] as const).map((what) => allowed.ms(what, all))).toEqual([
      100 + 50,
      0,
      0,
    ]);
  });

  it.each([
    ['behind it, and before', 210, 490, 0],
    ['in part before it', 180, 400, 20],
    ['in part behind it', 250, 510, 10],
    ['within it and beside', 250, 700, 50],
  ])('counts no standstill %s', (_, fromMs, untilMs, ms) => {
    expect(allowed.ms('answer', { fromMs, untilMs })).toBe(ms);
  });

  it('is never over a second', () => {
    const long = stoodStill({ fromMs: 100, untilMs: 5_000 });
    expect(new Allowances(long, false).ms('answer', all)).toBe(1_000);
  });

  it('is three seconds for answers and recoveries where the machine does other work: who waited for a core is not seen', () => {
    const beside = new Allowances(stoodStill(), true);
    for (const what of ['answer', 'recovery'] as const) expect(beside.ms(what, all)).toBe(3_000);
  });

  it('is of an append the longest standstill of our own process, and that beside other work alone', () => {
    expect([true, false].map((beside) => new Allowances(stalls, beside).ms('append', all))).toEqual([100, 0]);
  });

  it('counts the standstill that ends just now, and none of an earlier round', () => {
    let now = 0;
    const own = new Stalls(() => now);
    own.end();
    now = 110;
    expect([own.longestMs, new Allowances(own, false).ms('answer', all)]).toEqual([100, 100]);
    own.forget();
    expect(own.longestMs).toBe(0);
  });
});
