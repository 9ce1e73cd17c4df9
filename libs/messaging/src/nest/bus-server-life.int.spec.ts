import type { INestMicroservice } from '@nestjs/common';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { bytes, makeGate, patient, settled, textOf, until } from '../bus-contract/bus-probe.contract.js';
import { NoResponder } from '../errors.js';
import { InProcessBus } from '../in-process/in-process-bus.js';
import type { BusAnswer } from './bus-answer.js';
import { BusServer } from './bus-server.js';

const answer = (text: string): BusAnswer => ({ payload: bytes(text) });

let gate = makeGate();
let heard: string[] = [];

@Controller()
class Handlers {
  @MessagePattern('echo')
  echo(@Payload() payload: Uint8Array): BusAnswer {
    return { payload };
  }

  @MessagePattern('slow')
  async slow(): Promise<BusAnswer> {
    heard.push('slow');
    await gate.opened;
    return answer('slowly');
  }
}

describe('the life of a BusServer', () => {
  let bus: InProcessBus;
  const apps: INestMicroservice[] = [];
  let logged: unknown[];

  async function start(
    controller: new () => object = Handlers,
    prepare: (server: BusServer) => void = () => undefined,
  ): Promise<INestMicroservice> {
    const module = await Test.createTestingModule({ controllers: [controller] }).compile();
    const logger = { error: (error: unknown) => void logged.push(error) };
    const strategy = new BusServer({ bus, queue: 'service', errorAnswer: () => answer('failed'), logger });
    prepare(strategy);
    const app = module.createNestMicroservice({ strategy, logger: false });
    apps.push(app);
    await app.listen();
    return app;
  }

  const ask = async (subject: string, text = ''): Promise<string> =>
    textOf(await bus.request(subject, bytes(text), patient));

  beforeEach(() => {
    bus = new InProcessBus();
    heard = [];
    logged = [];
    gate = makeGate();
  });

  afterEach(async () => {
    gate.open();
    for (const app of apps.splice(0)) await app.close();
    await bus.close();
  });

  it('two microservices in one queue group share the messages', async () => {
    const counts = [0, 0];
    const countingAs = (index: 0 | 1): (new () => object) => {
      @Controller()
      class Counting {
        @MessagePattern('count')
        count(): BusAnswer {
          counts[index] = (counts[index] ?? 0) + 1;
          return answer('');
        }
      }
      return Counting;
    };
    await start(countingAs(0));
    await start(countingAs(1));
    await Promise.all(Array.from({ length: 400 }, () => ask('count')));
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(400);
    expect(Math.min(...counts)).toBeGreaterThan(100);
  });

  it('a handler can name another queue group, or none', async () => {
    @Controller()
    class Elsewhere {
      @EventPattern<string>('wide', { queue: false })
      wide(): void {
        heard.push('wide');
      }

      @EventPattern<string>('named', { queue: 'other' })
      named(): void {
        heard.push('named');
      }
    }
    await start(Elsewhere);
    await start(Elsewhere);
    bus.subscribe('named', () => void heard.push('outsider'), { queue: 'other' });
    for (let n = 0; n < 40; n += 1) bus.publish('wide', bytes(''));
    for (let n = 0; n < 40; n += 1) bus.publish('named', bytes(''));
    await until(() => heard.length >= 120);
    await settled(bus);
    expect(heard.filter((who) => who === 'wide')).toHaveLength(80);
    expect(heard.filter((who) => who === 'outsider').length).toBeLessThan(40);
  });

  it('close lets what runs end, and its answer out; what comes later finds nobody', async () => {
    const app = await start();
    const slow = ask('slow');
    await until(() => heard.includes('slow'));
    const accepted = ask('echo', 'accepted before');
    let isClosed = false;
    const closed = app.close().then(() => {
      isClosed = true;
    });
    await expect(ask('echo')).rejects.toBeInstanceOf(NoResponder);
    expect(await accepted).toBe('accepted before');
    await new Promise((resolve) => setImmediate(resolve));
    expect(isClosed).toBe(false);
    gate.open();
    expect(await slow).toBe('slowly');
    await closed;
    bus.publish('echo', bytes('the bus itself is still open'));
  });

  it('close waits for a message that was taken but not begun', async () => {
    const app = await start();
    const slow = ask('slow');
    let isClosed = false;
    const closed = app.close().then(() => {
      isClosed = true;
    });
    await until(() => heard.includes('slow'));
    expect(isClosed).toBe(false);
    gate.open();
    expect(await slow).toBe('slowly');
    await closed;
  });

  it("Nest's processing hooks enclose each message, and their failures end nothing", async () => {
    const failure = new Error('hook');
    await start(Handlers, (server) => {
      server.setOnProcessingStartHook((_transport, _context, done) => {
        heard.push('start');
        if (heard.length === 1) throw failure;
        void done();
      });
      server.setOnProcessingEndHook(() => {
        heard.push('end');
        throw failure;
      });
    });
    expect(await ask('echo', 'x')).toBe('failed');
    expect(await ask('echo', 'y')).toBe('y');
    await until(() => heard.length === 3);
    expect(heard).toEqual(['start', 'start', 'end']);
    expect(logged).toEqual([failure]);
  });

  it.each([
    ['no subject pattern', ['a..b']],
    ['no text', [{ cmd: 'a' }]],
    ['the pattern of another', ['a.b', 'a.b']],
    ['an overlap with another in its queue group', ['a.*.c', 'a.b.>']],
  ])('refuses to start with a pattern that is %s', async (_what, patterns) => {
    @Controller()
    class Misplaced {
      one(): BusAnswer {
        return answer('one');
      }

      other(): BusAnswer {
        return answer('other');
      }
    }
    const methods = ['one', 'other'] as const;
    for (const [index, pattern] of patterns.entries()) {
      const name = methods[index] ?? 'one';
      const descriptor = Object.getOwnPropertyDescriptor(Misplaced.prototype, name);
      if (descriptor !== undefined) MessagePattern(pattern)(Misplaced.prototype, name, descriptor);
    }
    await expect(start(Misplaced)).rejects.toThrow(/malformed|two handlers|overlap/);
    await expect(ask('a.b')).rejects.toBeInstanceOf(NoResponder);
  });
});
