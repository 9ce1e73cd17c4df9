import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { canRun, type NatsServer, natsServerProgram, seededRandom } from '@action-do/test-support';
import {
  answering,
  bytes,
  makeGate,
  patient,
  settled,
  textOf,
  until,
} from '../bus-contract/bus-probe.contract.js';
import { BusTimeout, NoResponder } from '../errors.js';
import { SlowSubscriber } from '../slow-subscriber.js';
import { NatsProbe, type ToldBus } from './nats-probe.contract.js';

// Skipped: only where there is no nats-server.
const suite = canRun(natsServerProgram(), 'nats-server') ? describe : describe.skip;

/** A client that says whatever it likes. */
class RawClient {
  heard = '';

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1').on('data', (text: string) => {
      this.heard += text;
    });
  }

  static async open(server: NatsServer): Promise<RawClient> {
    const socket = connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    const client = new RawClient(socket);
    client.say('CONNECT {"verbose":false,"headers":true,"no_responders":true}\r\n');
    return client;
  }

  say(text: string): void {
    this.socket.write(text, 'latin1');
  }

  publish(subject: string, payload: string, { reply = '', block = '' } = {}): void {
    const to = reply === '' ? subject : `${subject} ${reply}`;
    const total = block.length + payload.length;
    if (block === '') this.say(`PUB ${to} ${total}\r\n${payload}\r\n`);
    else this.say(`HPUB ${to} ${block.length} ${total}\r\n${block}${payload}\r\n`);
  }

  /** The server has read all that was said. */
  async settled(): Promise<void> {
    this.heard = '';
    this.say('PING\r\n');
    await until(() => this.heard.includes('PONG'));
  }

  close(): void {
    this.socket.destroy();
  }
}

suite('hostile messages over NATS', () => {
  const nats = new NatsProbe();
  let server: NatsServer;
  let raw: RawClient;
  let told: ToldBus;
  beforeEach(async () => {
    server = await nats.start();
    raw = await RawClient.open(server);
    told = await nats.connect(server.url, { requestPatterns: ['do.v1.gw.>'], pendingMax: 100 });
  });
  afterEach(async () => {
    raw.close();
    await nats.end();
  });

  const unreadable = [
    'NATS/1.0\r\na b: c\r\n\r\n',
    'NATS/1.0\r\n: c\r\n\r\n',
    'NATS/1.0\r\nn\xe4me: c\r\n\r\n',
    'NATS/1.0\r\nname: a\nb\r\n\r\n',
    `NATS/1.0\r\n${'x'.repeat(300_000)}: c\r\n\r\n`,
  ];

  it.each(unreadable)(
    'an unreadable header block (%#) is refused with a status, reported, and reaches no handler',
    async (block) => {
      const heard: string[] = [];
      told.bus.subscribe('echo', (message) => void heard.push(textOf(message)));
      await settled(told.bus);
      raw.say('SUB _INBOX.answers 1\r\n');
      raw.publish('echo', 'body', { reply: '_INBOX.answers', block });
      await until(() => raw.heard.includes('NATS/1.0 400 Malformed Message'));
      expect(told.errors).toEqual([{ error: expect.any(TypeError), where: 'echo' }]);
      raw.publish('echo', 'fine');
      await until(() => heard.length === 1);
      expect(heard).toEqual(['fine']);
    },
  );

  it('what is odd but readable arrives: of several values a list, lines without a colon not at all', async () => {
    const heard: object[] = [];
    told.bus.subscribe('odd', ({ headers }) => void heard.push({ ...headers }));
    await settled(told.bus);
    raw.publish('odd', '', { block: 'NATS/1.0\r\na: 1\r\na: 2\r\nA:3\r\nno colon\r\n__proto__: p\r\n\r\n' });
    raw.publish('odd', '', { block: 'nonsense\r\n\r\n' });
    raw.publish('odd', '', { block: 'NATS/1.0 999999 What\r\n\r\n' });
    await until(() => heard.length === 3);
    expect(heard).toEqual([JSON.parse('{"a":"1,\\t2,\\t3","__proto__":"p"}'), {}, {}]);
  });

  it('a subject of other characters reaches no handler', async () => {
    const heard: string[] = [];
    told.bus.subscribe('open.>', (message) => void heard.push(message.subject));
    await settled(told.bus);
    for (const subject of ['open.$x', 'open.a/b', 'open.\xc3\xa4', 'open.{}', 'open.fine'])
      raw.publish(subject, '');
    await until(() => heard.length === 1);
    expect(heard).toEqual(['open.fine']);
    expect(told.errors).toHaveLength(4);
  });

  it('200 messages of random bytes, headers and replies kill nothing', async () => {
    const random = seededRandom(20_261_123);
    const bytesOf = (most: number): string =>
      String.fromCharCode(
        ...Array.from({ length: Math.floor(random() * most) }, () => Math.floor(random() * 256)),
      );
    let heardCount = 0;
    told.bus.subscribe('target.>', (message) => {
      heardCount += 1;
      message.respond(message.payload);
    });
    await settled(told.bus);
    for (let n = 0; n < 200; n += 1) {
      const reply =
        ['', '_INBOX.x', 'a..b', '>', '_INBOX.>', 'do.v1.gw.x', 'target.again'][Math.floor(random() * 6)] ??
        '';
      const block = random() < 0.3 ? '' : `NATS/1.0${bytesOf(60)}\r\n\r\n`;
      raw.publish('target.x', bytesOf(200), { reply, block });
    }
    await raw.settled();
    await settled(told.bus);
    expect(heardCount).toBeGreaterThan(20);
    told.bus.subscribe('echo', answering());
    expect(textOf(await told.bus.request('echo', bytes('alive'), patient))).toBe('alive');
    expect(told.statuses).toEqual([]);
  });

  it('an answer goes to an inbox, and never becomes what the asker chose', async () => {
    const wanted: boolean[] = [];
    told.bus.subscribe('echo', (message) => {
      wanted.push(message.wantsReply);
      message.respond(message.payload);
    });
    await settled(told.bus);
    raw.say('SUB > 1\r\n');
    const elsewhere = ['do.v1.gw.acme.action.pay.execute', '$JS.API.STREAM.PURGE.DO_EVENTS', 'my.inbox'];
    for (const reply of elsewhere) raw.publish('echo', 'forged', { reply });
    // Refused for its header block: that, too, is an answer.
    raw.publish('echo', '', { reply: 'my.inbox', block: 'NATS/1.0\r\na b: c\r\n\r\n' });
    raw.publish('echo', 'honest', { reply: '_INBOX.mine.1' });
    await until(() => raw.heard.includes('MSG _INBOX.mine.1'));
    expect(raw.heard).not.toMatch(/MSG (do\.v1|\$JS|my)\./);
    expect(wanted).toEqual([false, false, false, true]);
    expect(told.errors).toHaveLength(4);
  });

  it('answers that are unreadable, guessed or doubled disturb nobody', async () => {
    raw.say('SUB odd 1\r\n');
    await raw.settled();
    const asked = told.bus.request('odd', bytes(''), { timeoutMs: 300 });
    await until(() => raw.heard.includes('MSG odd'));
    const inbox = /MSG odd 1 (_INBOX\.[\w-]+\.)(\d+)/.exec(raw.heard);
    for (const id of ['', 'x', '1', '-1', '1e3', 'NaN', '99999999999999999999'])
      raw.publish(`${inbox?.[1]}${id || '_'}`, 'guessed');
    raw.publish(`${inbox?.[1]}${inbox?.[2]}`, '', { block: 'NATS/1.0\r\na b: c\r\n\r\n' });
    await expect(asked).rejects.toBeInstanceOf(BusTimeout);
    expect(told.errors).toEqual([{ error: expect.any(TypeError), where: 'nats' }]);
    told.bus.subscribe('echo', answering());
    expect(textOf(await told.bus.request('echo', bytes('alive'), patient))).toBe('alive');
  });

  it('beyond its bound a member of a group refuses requests at once, and others hear nothing of it (B4)', async () => {
    const gate = makeGate();
    let heardCount = 0;
    const slowly = async (message: { respond(payload: Uint8Array): void }): Promise<void> => {
      heardCount += 1;
      await gate.opened;
      message.respond(bytes('done'));
    };
    told.bus.subscribe('work', slowly, { queue: 'crew' });
    told.bus.subscribe('all', slowly);
    const asker = await nats.connect(server.url);
    await settled(told.bus);
    const taken = Array.from({ length: 100 }, () => asker.bus.request('work', bytes(''), patient));
    await until(() => heardCount === 100);
    await expect(asker.bus.request('work', bytes(''), patient)).rejects.toBeInstanceOf(NoResponder);
    await expect(asker.bus.request('all', bytes(''), { timeoutMs: 50 })).rejects.toBeInstanceOf(BusTimeout);
    expect(heardCount).toBe(100);
    gate.open();
    expect((await Promise.all(taken)).map(textOf)).toEqual(taken.map(() => 'done'));
    expect(textOf(await asker.bus.request('work', bytes(''), patient))).toBe('done');
    expect(told.errors).toEqual([{ error: expect.any(SlowSubscriber), where: 'work' }]);
  });
});
