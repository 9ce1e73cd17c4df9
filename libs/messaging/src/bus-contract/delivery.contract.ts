import { NoResponder } from '../errors.js';
import type { BusPair } from './bus-pair.contract.js';
import { answering, bytes, patient, textOf, until } from './bus-probe.contract.js';

export function describeDelivery(on: BusPair): void {
  describe('delivery', () => {
    it('a published message reaches every subscriber that stands alone, once', async () => {
      const heard: string[] = [];
      on.answerer.subscribe('news.one', (message) => void heard.push(`a:${textOf(message)}`));
      on.answerer.subscribe('news.*', (message) => void heard.push(`b:${textOf(message)}`));
      on.asker.subscribe('news.>', (message) => void heard.push(`c:${textOf(message)}`));
      await on.ready();
      on.asker.publish('news.one', bytes('x'));
      await until(() => heard.length >= 3);
      await on.ready();
      expect(heard.sort()).toEqual(['a:x', 'b:x', 'c:x']);
    });

    it('* stands for one token, > for one or more', async () => {
      on.answerer.subscribe(
        'w.*.end',
        answering(() => 'star'),
      );
      on.answerer.subscribe(
        'r.>',
        answering(() => 'rest'),
      );
      await on.ready();
      expect(await on.ask('w.x.end')).toBe('star');
      expect(await on.ask('r.x')).toBe('rest');
      expect(await on.ask('r.x.y.z')).toBe('rest');
      for (const subject of ['w.end', 'w.x.y.end', 'w.x', 'w.x.end.more', 'r', 'rx.y', 'W.x.end']) {
        await expect(on.ask(subject)).rejects.toBeInstanceOf(NoResponder);
      }
    });

    it('no handler runs inside publish or request (B2)', async () => {
      let ranCount = 0;
      on.answerer.subscribe('async', (message) => {
        ranCount += 1;
        message.respond(bytes(''));
      });
      await on.ready();
      on.asker.publish('async', bytes(''));
      const reply = on.asker.request('async', bytes(''), patient);
      expect(ranCount).toBe(0);
      await reply;
      expect(ranCount).toBe(2);
    });

    it('messages of one publisher arrive in their order', async () => {
      const heard: number[] = [];
      on.answerer.subscribe('order.>', (message) => void heard.push(Number(textOf(message))));
      await on.ready();
      const sent = Array.from({ length: 500 }, (_, n) => n);
      for (const n of sent) on.asker.publish(`order.${n % 7}`, bytes(String(n)));
      await until(() => heard.length >= sent.length);
      expect(heard).toEqual(sent);
    });

    it('an unsubscribed handler gets nothing more', async () => {
      const heard: string[] = [];
      const subscription = on.answerer.subscribe('once', (message) => void heard.push(textOf(message)));
      await on.ready();
      on.asker.publish('once', bytes('kept'));
      await until(() => heard.length === 1);
      subscription.unsubscribe();
      subscription.unsubscribe();
      await on.ready();
      on.asker.publish('once', bytes('lost'));
      await expect(on.ask('once')).rejects.toBeInstanceOf(NoResponder);
      expect(heard).toEqual(['kept']);
    });

    it.each(['', '.', 'a.', '.a', 'a..b', 'a b', 'a.*', 'a.>', 'ä', 'a\r\nPUB x 0', 'a'.repeat(1025)])(
      'the malformed subject %j is refused',
      async (subject) => {
        expect(() => on.asker.publish(subject, bytes(''))).toThrow(TypeError);
        await expect(on.asker.request(subject, bytes(''), patient)).rejects.toThrow(TypeError);
      },
    );

    it.each(['', 'a.', '.a', 'a..b', 'a b', '>.a', 'a*', 'a.b>', 'a.>.b', '**'])(
      'the malformed pattern %j is refused',
      (pattern) => {
        expect(() => on.answerer.subscribe(pattern, () => undefined)).toThrow(TypeError);
      },
    );

    it.each(['', 'a b', '*', 'a\r\n'])('the malformed queue group %j is refused', (queue) => {
      expect(() => on.answerer.subscribe('a', () => undefined, { queue })).toThrow(TypeError);
    });
  });
  describe('queue groups (B3)', () => {
    it('exactly one member gets a message, each member its share, and outsiders get all', async () => {
      const counts = { one: 0, two: 0, three: 0, other: 0, alone: 0 };
      const count = (who: keyof typeof counts) => () => {
        counts[who] += 1;
      };
      on.answerer.subscribe('work', count('one'), { queue: 'crew' });
      on.answerer.subscribe('work', count('two'), { queue: 'crew' });
      on.asker.subscribe('work', count('three'), { queue: 'crew' });
      on.asker.subscribe('work', count('other'), { queue: 'other-crew' });
      on.answerer.subscribe('work', count('alone'));
      await on.ready();
      for (let n = 0; n < 600; n += 1) on.asker.publish('work', bytes(''));
      await until(() => counts.alone === 600 && counts.other === 600);
      await until(() => counts.one + counts.two + counts.three >= 600);
      await on.ready();
      expect(counts.one + counts.two + counts.three).toBe(600);
      expect(counts).toMatchObject({ alone: 600, other: 600 });
      // A server may prefer members of the publisher's own connection; two on one connection share alike.
      expect(Math.min(counts.one, counts.two)).toBeGreaterThan(0.5 * Math.max(counts.one, counts.two));
    });

    it('one name is one group, whatever the patterns of its members', async () => {
      let heardCount = 0;
      const count = (): void => {
        heardCount += 1;
      };
      on.answerer.subscribe('shared.*', count, { queue: 'crew' });
      on.asker.subscribe('shared.>', count, { queue: 'crew' });
      await on.ready();
      for (let n = 0; n < 50; n += 1) on.asker.publish('shared.x', bytes(''));
      await until(() => heardCount >= 50);
      await on.ready();
      expect(heardCount).toBe(50);
    });

    it('when a member leaves, the others get its share', async () => {
      const leaver = on.answerer.subscribe(
        'share',
        answering(() => 'leaver'),
        { queue: 'crew' },
      );
      on.asker.subscribe(
        'share',
        answering(() => 'stayer'),
        { queue: 'crew' },
      );
      await on.ready();
      leaver.unsubscribe();
      await on.ready();
      for (let n = 0; n < 20; n += 1) expect(await on.ask('share')).toBe('stayer');
    });
  });
}
