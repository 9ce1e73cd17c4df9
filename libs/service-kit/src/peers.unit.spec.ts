import { systemSubjects } from '@action-do/contracts';
import type { BusHandler } from '@action-do/messaging';
import { Peers } from './peers.js';

const LEASE_MS = 600;

/** Somebody who listens, its clock, and what reaches it. */
function listener(self?: string) {
  let nowMs = 5_000;
  let timers: { atMs: number; callback: () => void }[] = [];
  let hear: BusHandler = () => undefined;
  const clock = {
    monotonicMs: () => nowMs,
    after: (ms: number, callback: () => void) => {
      const timer = { atMs: nowMs + ms, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
  };
  const bus = {
    subscribe: (subject: string, handler: BusHandler) => {
      expect(subject).toBe(systemSubjects.beat);
      hear = handler;
      const unsubscribe = (): void => {
        hear = () => undefined;
      };
      return { unsubscribe, drain: async () => undefined };
    },
  };
  const say = (text: string): void => {
    const payload = new TextEncoder().encode(text);
    hear({ subject: systemSubjects.beat, payload, headers: {}, wantsReply: false, respond: () => undefined });
  };
  const ringUntil = (untilMs: number): void => {
    for (;;) {
      const [next] = timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      timers = timers.filter((each) => each !== next);
      nowMs = Math.max(nowMs, next.atMs);
      next.callback();
    }
    nowMs = Math.max(nowMs, untilMs);
  };
  const beat = (executor: string, more: object = {}): void =>
    say(JSON.stringify({ executor, leaseMs: LEASE_MS, ...more }));
  return {
    peers: new Peers({ bus, clock, leaseMs: LEASE_MS, ...(self === undefined ? {} : { self }) }),
    say,
    beat,
    /** Time passes, and these beat meanwhile each third of a lease, this executor itself among them. */
    pass: (ms: number, ...beating: string[]): void => {
      const endMs = nowMs + ms;
      while (nowMs < endMs) {
        ringUntil(Math.min(endMs, nowMs + LEASE_MS / 3));
        for (const name of beating) beat(name);
      }
    },
    /** Nothing runs meanwhile: then the timers ring. */
    stand: (ms: number): void => {
      nowMs += ms;
      ringUntil(nowMs);
    },
    /** The process stands still, and what asks first comes before any timer. */
    standUnnoticed: (ms: number): void => {
      nowMs += ms;
    },
    timers: () => timers.length,
  };
}

describe('another executor', () => {
  it('is alive while it is heard, and dead when it was not for a whole lease', () => {
    const { peers, pass } = listener();
    peers.start();
    pass(3 * LEASE_MS, 'a', 'b');
    expect([peers.isDead('a'), peers.living()]).toEqual([false, ['a', 'b']]);
    pass(LEASE_MS - 1, 'b');
    expect([peers.isDead('a'), peers.isDead('b')]).toEqual([false, false]);
    pass(1, 'b');
    expect([peers.isDead('a'), peers.isDead('b'), peers.living()]).toEqual([true, false, ['b']]);
  });

  it('that was never heard is dead only for somebody who has listened for a whole lease', () => {
    const { peers, pass } = listener();
    expect([peers.isDead('a'), peers.living()]).toEqual([false, null]);
    peers.start();
    pass(LEASE_MS - 1);
    expect([peers.isDead('a'), peers.living()]).toEqual([false, null]);
    pass(1);
    expect([peers.isDead('a'), peers.living()]).toEqual([true, []]);
  });

  it('that says that it is over is dead at once and for ever, for whoever has only just begun to listen too', () => {
    const { peers, beat } = listener();
    peers.start();
    beat('a');
    beat('a', { over: true });
    beat('a');
    expect(peers.isDead('a')).toBe(true);
  });

  it('that says that it is over is not among the living any more', () => {
    const { peers, pass, beat } = listener();
    peers.start();
    pass(2 * LEASE_MS, 'a', 'b');
    beat('a', { over: true });
    expect(peers.living()).toEqual(['b']);
  });

  it('is given the lease that it says, however short the own one is', () => {
    const { peers, pass, beat } = listener();
    peers.start();
    pass(LEASE_MS);
    beat('a', { leaseMs: 5 * LEASE_MS });
    pass(5 * LEASE_MS - 1);
    expect(peers.isDead('a')).toBe(false);
    pass(1);
    expect(peers.isDead('a')).toBe(true);
  });

  it('that beats again after it was taken for dead is alive', () => {
    const { peers, pass, beat } = listener();
    peers.start();
    beat('a');
    pass(4 * LEASE_MS);
    expect(peers.isDead('a')).toBe(true);
    beat('a');
    expect([peers.isDead('a'), peers.living()]).toEqual([false, ['a']]);
  });
});

describe('a process that stood still for more than a third of its lease', () => {
  it.each(['stand', 'standUnnoticed'] as const)(
    'takes nobody for dead until it has listened for a whole lease anew (%s)',
    (how) => {
      const world = listener();
      const { peers, pass } = world;
      peers.start();
      pass(2 * LEASE_MS, 'a');
      world[how](20 * LEASE_MS);
      expect([peers.isDead('a'), peers.isDead('never-heard'), peers.living()]).toEqual([false, false, null]);
      pass(LEASE_MS - 1);
      expect(peers.isDead('a')).toBe(false);
      pass(1);
      expect(peers.isDead('a')).toBe(true);
    },
  );

  it('goes on as before where it stood still for less', () => {
    const { peers, pass, stand } = listener();
    peers.start();
    pass(2 * LEASE_MS, 'a');
    stand(LEASE_MS / 3);
    pass(LEASE_MS / 3);
    pass(LEASE_MS / 3);
    expect(peers.isDead('a')).toBe(true);
  });

  it('and one that is told of a gap listens anew likewise', () => {
    const { peers, pass } = listener();
    peers.start();
    pass(2 * LEASE_MS);
    peers.listenAnew();
    expect(peers.isDead('a')).toBe(false);
    pass(LEASE_MS);
    expect(peers.isDead('a')).toBe(true);
  });
});

describe('an executor that beats itself', () => {
  it('is never dead to itself', () => {
    const { peers, pass, beat } = listener('me');
    peers.start();
    pass(4 * LEASE_MS, 'me');
    beat('me', { over: true });
    expect([peers.isDead('never-heard'), peers.isDead('me')]).toEqual([true, false]);
  });

  it('takes nobody for dead while its own beats do not come back, nor for a lease after they do', () => {
    const { peers, pass } = listener('me');
    peers.start();
    pass(4 * LEASE_MS);
    expect([peers.isDead('a'), peers.living()]).toEqual([false, null]);
    pass(2 * LEASE_MS, 'me', 'a');
    expect([peers.isDead('never-heard'), peers.unheardMs()]).toEqual([true, 0]);
    // The bus is away for everybody.
    for (let ms = 0; ms < 4 * LEASE_MS; ms += LEASE_MS / 12) {
      pass(LEASE_MS / 12);
      expect(peers.isDead('a')).toBe(false);
    }
    expect(peers.unheardMs()).toBe(4 * LEASE_MS);
    pass(LEASE_MS, 'me');
    expect(peers.isDead('a')).toBe(false);
    pass(LEASE_MS / 3, 'me');
    expect(peers.isDead('a')).toBe(true);
  });

  it('loses one of its own beats without a word', () => {
    const { peers, pass } = listener('me');
    peers.start();
    pass(2 * LEASE_MS, 'me');
    pass(LEASE_MS / 3 + 1);
    pass(1, 'me');
    expect(peers.isDead('a')).toBe(true);
  });
});

describe('what is no beat', () => {
  it.each([
    '',
    'x',
    '{}',
    '{"executor":"a","leaseMs":0}',
    `{"executor":"a","leaseMs":600,"x":"${'x'.repeat(600)}"}`,
  ])('is passed over (%#)', (text) => {
    const { peers, pass, say } = listener();
    peers.start();
    pass(LEASE_MS);
    say(text);
    expect(peers.living()).toEqual([]);
  });
});

describe('the memory of beats', () => {
  it('is bounded: beyond it nobody is taken for dead, and it is good again when they are forgotten', () => {
    const { peers, pass, beat } = listener();
    peers.start();
    pass(LEASE_MS);
    for (let n = 0; n < 5_000; n++) beat(`e${n}`);
    expect([peers.isDead('e4999'), peers.isDead('a'), peers.living()]).toEqual([false, false, null]);
    pass(3 * LEASE_MS);
    expect([peers.isDead('a'), peers.living()]).toEqual([true, []]);
  });

  it('is kept up to date by one timer, and by none once it stopped', () => {
    const { peers, pass, beat, timers } = listener();
    peers.start();
    peers.start();
    pass(3 * LEASE_MS, 'a');
    expect(timers()).toBe(1);
    peers.stop();
    beat('a');
    expect([timers(), peers.isDead('never-heard')]).toEqual([0, false]);
  });
});
