import type { BusMessage } from '../bus.js';
import { BusClosed, NoResponder } from '../errors.js';
import type { BusPair } from './bus-pair.contract.js';
import { answering, bytes, makeGate, patient, settled, textOf, until } from './bus-probe.contract.js';

export function describeEnding(on: BusPair): void {
  describe('the end', () => {
    it('drain takes no new message, lets running handlers end, and their answers get out', async () => {
      const gate = makeGate();
      let startedCount = 0;
      on.answerer.subscribe('slow', async (message) => {
        startedCount += 1;
        await gate.opened;
        message.respond(bytes('done'));
      });
      on.answerer.subscribe('quick', answering());
      await on.ready();
      const slow = on.ask('slow');
      await until(() => startedCount === 1);
      let isDrained = false;
      const drained = on.answerer.drain().then(() => {
        isDrained = true;
      });
      await until(() =>
        on.ask('quick').then(
          () => false,
          (error: unknown) => error instanceof NoResponder,
        ),
      );
      expect(() => on.answerer.subscribe('new', answering())).toThrow(BusClosed);
      expect(isDrained).toBe(false);
      gate.open();
      expect(await slow).toBe('done');
      await drained;
      await on.answerer.drain();
      expect(() => on.answerer.publish('quick', bytes(''))).toThrow(BusClosed);
    });

    it('a handler that runs while its bus drains can still publish and ask', async () => {
      const gate = makeGate();
      const seen: string[] = [];
      on.asker.subscribe('note', (message) => void seen.push(textOf(message)));
      on.answerer.subscribe('working', async () => {
        seen.push('started');
        await gate.opened;
        on.answerer.publish('note', bytes('noted'));
        const outcome = await on.answerer.request('nobody.here', bytes(''), patient).catch((error) => error);
        seen.push(outcome.code);
      });
      await on.ready();
      on.asker.publish('working', bytes(''));
      await until(() => seen.length === 1);
      const drained = on.answerer.drain();
      gate.open();
      await drained;
      // Where one object is both connections, its own subscription to the note has ended with the drain.
      const expected =
        on.asker === on.answerer ? ['started', 'NO_RESPONDER'] : ['started', 'NO_RESPONDER', 'noted'];
      await until(() => seen.length === expected.length);
      expect([...seen].sort()).toEqual([...expected].sort());
    });

    it('drain works off what was taken before it', async () => {
      let heardCount = 0;
      on.answerer.subscribe('many', () => {
        heardCount += 1;
      });
      await on.ready();
      for (let n = 0; n < 100; n += 1) on.answerer.publish('many', bytes(''));
      await settled(on.answerer);
      await on.answerer.drain();
      expect(heardCount).toBe(100);
    });

    it('drain of one subscription ends its work and lets the others go on', async () => {
      const gate = makeGate();
      let startedCount = 0;
      const leaving = on.answerer.subscribe('leaving', async (message) => {
        startedCount += 1;
        await gate.opened;
        message.respond(bytes('done'));
      });
      on.answerer.subscribe('staying', answering());
      await on.ready();
      const asked = on.ask('leaving');
      await until(() => startedCount === 1);
      let isDrained = false;
      const drained = leaving.drain().then(() => {
        isDrained = true;
      });
      await on.ready();
      await expect(on.ask('leaving')).rejects.toBeInstanceOf(NoResponder);
      expect(await on.ask('staying', 'still here')).toBe('still here');
      expect(isDrained).toBe(false);
      gate.open();
      await drained;
      expect(await asked).toBe('done');
      expect(startedCount).toBe(1);
      await leaving.drain();
    });

    it('drain of one subscription works off what was delivered to it before', async () => {
      let heardCount = 0;
      const counting = on.answerer.subscribe('many', () => {
        heardCount += 1;
      });
      await on.ready();
      for (let n = 0; n < 100; n += 1) on.answerer.publish('many', bytes(''));
      await counting.drain();
      expect(heardCount).toBe(100);
    });

    it('a subscription drains after it was unsubscribed, and a failed handler holds up nothing', async () => {
      const gate = makeGate();
      const subscription = on.answerer.subscribe('failing', async () => {
        await gate.opened;
        throw new Error('at the end');
      });
      await on.ready();
      const asked = expect(on.asker.request('failing', bytes(''), { timeoutMs: 300 })).rejects.toMatchObject({
        code: 'BUS_TIMEOUT',
      });
      await on.ready();
      subscription.unsubscribe();
      let isDrained = false;
      const drained = subscription.drain().then(() => {
        isDrained = true;
      });
      await asked;
      expect(isDrained).toBe(false);
      gate.open();
      await drained;
    });

    it('close ends the drain of a subscription whose handler does not end', async () => {
      let startedCount = 0;
      const endless = on.answerer.subscribe('endless', () => {
        startedCount += 1;
        return new Promise(() => undefined);
      });
      await on.ready();
      on.asker.publish('endless', bytes(''));
      await until(() => startedCount === 1);
      const drained = endless.drain();
      await on.answerer.close();
      await drained;
      await endless.drain();
    });

    it('close rejects the open requests of its side', async () => {
      let heardCount = 0;
      on.answerer.subscribe('silent', () => {
        heardCount += 1;
      });
      await on.ready();
      const open = [
        on.asker.request('silent', bytes(''), patient),
        on.asker.request('silent', bytes(''), patient),
      ];
      const outcomes = open.map((request) => expect(request).rejects.toBeInstanceOf(BusClosed));
      await until(() => heardCount === 2);
      await on.asker.close();
      await Promise.all(outcomes);
    });

    it('a closed connection answers nobody any more', async () => {
      on.answerer.subscribe('gone', answering());
      await on.ready();
      await on.answerer.close();
      // What was under way as it closed runs into its deadline; where the bus itself closed, nobody can ask.
      await until(() =>
        on.asker.request('gone', bytes(''), { timeoutMs: 50 }).then(
          () => false,
          (error: unknown) => error instanceof NoResponder || error instanceof BusClosed,
        ),
      );
    });

    it('after close everything says so, and closing again is no error', async () => {
      const held: BusMessage[] = [];
      const subscription = on.answerer.subscribe('held', (message) => void held.push(message));
      await on.ready();
      const outcome = on.asker.request('held', bytes(''), { timeoutMs: 200 }).catch(() => undefined);
      await until(() => held.length === 1);
      await on.answerer.close();
      expect(() => on.answerer.publish('x', bytes(''))).toThrow(BusClosed);
      await expect(on.answerer.request('x', bytes(''), patient)).rejects.toMatchObject({
        code: 'BUS_CLOSED',
      });
      expect(() => on.answerer.subscribe('x', () => undefined)).toThrow(BusClosed);
      expect(() => held[0]?.respond(bytes(''))).toThrow(BusClosed);
      subscription.unsubscribe();
      await on.answerer.close();
      await on.answerer.drain();
      await outcome;
    });
  });
}
