import type { BusMessage } from '../bus.js';
import { BusTimeout, NoResponder } from '../errors.js';
import type { BusPair } from './bus-pair.contract.js';
import { answering, bytes, patient, textOf, until } from './bus-probe.contract.js';

export function describeRequests(on: BusPair): void {
  describe('requests', () => {
    it('a request that nobody takes fails at once (B4)', async () => {
      const failed = on.asker.request('nobody.here', bytes(''), { timeoutMs: 2 ** 31 - 1 });
      await expect(failed).rejects.toBeInstanceOf(NoResponder);
      await expect(failed).rejects.toMatchObject({ code: 'NO_RESPONDER', subject: 'nobody.here' });
    });

    it('a request without an answer times out at its deadline (B5)', async () => {
      on.answerer.subscribe('silent', () => undefined);
      await on.ready();
      const begun = performance.now();
      await expect(on.asker.request('silent', bytes(''), { timeoutMs: 50 })).rejects.toMatchObject({
        code: 'BUS_TIMEOUT',
        subject: 'silent',
        timeoutMs: 50,
      });
      expect(performance.now() - begun).toBeGreaterThan(45);
    });

    it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])(
      'a timeout of %d ms is refused',
      async (timeoutMs) => {
        await expect(on.asker.request('x', bytes(''), { timeoutMs })).rejects.toThrow(RangeError);
      },
    );

    it('a late answer finds nobody and disturbs nobody', async () => {
      const held: BusMessage[] = [];
      on.answerer.subscribe('late', (message) => void held.push(message));
      await on.ready();
      await expect(on.asker.request('late', bytes('1'), { timeoutMs: 20 })).rejects.toBeInstanceOf(
        BusTimeout,
      );
      const second = on.asker.request('late', bytes('2'), patient);
      await until(() => held.length === 2);
      for (const message of held) message.respond(bytes(`to ${textOf(message)}`));
      expect(textOf(await second)).toBe('to 2');
    });

    it('aborting ends the waiting with the reason of the signal', async () => {
      const held: BusMessage[] = [];
      on.answerer.subscribe('abort', (message) => void held.push(message));
      await on.ready();
      const controller = new AbortController();
      const reason = new Error('the caller went away');
      const waiting = on.asker.request('abort', bytes(''), { ...patient, signal: controller.signal });
      const outcome = expect(waiting).rejects.toBe(reason);
      await until(() => held.length === 1);
      controller.abort(reason);
      await outcome;
      const never = on.asker.request('abort', bytes(''), { ...patient, signal: controller.signal });
      await expect(never).rejects.toBe(reason);
      await on.ready();
      expect(held).toHaveLength(1);
    });

    it('only the first answer counts, of one handler and of several', async () => {
      on.answerer.subscribe('twice', (message) => {
        message.respond(bytes('first'));
        message.respond(bytes('second'));
      });
      on.answerer.subscribe(
        'both',
        answering(() => 'one'),
      );
      on.answerer.subscribe(
        'both',
        answering(() => 'one'),
      );
      await on.ready();
      expect(await on.ask('twice')).toBe('first');
      expect(await on.ask('both')).toBe('one');
      expect(await on.ask('twice')).toBe('first');
    });

    it('a published message wants no reply, and answering it does nothing', async () => {
      const heard: boolean[] = [];
      on.answerer.subscribe('wants', (message) => {
        message.respond(bytes('x'), { Any: 'header' });
        heard.push(message.wantsReply);
      });
      await on.ready();
      on.asker.publish('wants', bytes(''));
      await until(() => heard.length === 1);
      await on.asker.request('wants', bytes(''), patient);
      expect(heard).toEqual([false, true]);
    });

    it('a handler can ask in its turn', async () => {
      on.asker.subscribe(
        'inner',
        answering((message) => `inner(${textOf(message)})`),
      );
      on.answerer.subscribe('outer', async (message) => {
        const reply = await on.answerer.request('inner', message.payload, patient);
        message.respond(bytes(`outer(${textOf(reply)})`));
      });
      await on.ready();
      expect(await on.ask('outer', 'x')).toBe('outer(inner(x))');
    });

    it('of 10,000 concurrent requests each gets its own answer', async () => {
      const echo = answering((message) => `${message.subject}=${textOf(message)}`);
      on.answerer.subscribe('many.*', echo, { queue: 'crew' });
      on.answerer.subscribe('many.*', echo, { queue: 'crew' });
      await on.ready();
      const answers = await Promise.all(
        Array.from({ length: 10_000 }, async (_, n) => {
          const reply = await on.asker.request(`many.${n}`, bytes(String(n)), { timeoutMs: 30_000 });
          return textOf(reply) === `many.${n}=${n}`;
        }),
      );
      expect(answers.filter((isOwn) => isOwn)).toHaveLength(10_000);
    }, 40_000);
  });
  describe('handlers that fail (B7)', () => {
    it.each([
      [
        'throws',
        () => {
          throw new Error('at once');
        },
      ],
      ['rejects', () => Promise.reject(new Error('later'))],
      [
        'throws nothing',
        () => {
          throw undefined;
        },
      ],
    ])(
      'one that %s leaves its requester to the deadline and the next message to the next run',
      async (_how, fail) => {
        on.answerer.subscribe('fails', (message) =>
          textOf(message) === 'bad' ? fail() : message.respond(bytes('good')),
        );
        await on.ready();
        await expect(on.asker.request('fails', bytes('bad'), { timeoutMs: 50 })).rejects.toBeInstanceOf(
          BusTimeout,
        );
        expect(await on.ask('fails', 'fine')).toBe('good');
      },
    );
  });
}
