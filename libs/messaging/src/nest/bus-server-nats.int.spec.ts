import { canRun, natsServerProgram } from '@action-do/test-support';
import type { INestMicroservice } from '@nestjs/common';
import { Controller } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { bytes, makeGate, patient, settled, textOf, until } from '../bus-contract/bus-probe.contract.js';
import { NoResponder } from '../errors.js';
import { header } from '../header.js';
import type { NatsBus } from '../nats/nats-bus-options.js';
import { NatsProbe } from '../nats/nats-probe.contract.js';
import type { BusAnswer } from './bus-answer.js';
import { BusContext } from './bus-context.js';
import { BusServer } from './bus-server.js';

// Skipped: only where there is no nats-server.
const suite = canRun(natsServerProgram(), 'nats-server') ? describe : describe.skip;

let gate = makeGate();
let startedCount = 0;

@Controller()
class Handlers {
  @MessagePattern('echo.*')
  echo(@Payload() payload: Uint8Array, @Ctx() context: BusContext): BusAnswer {
    return { payload, headers: { Token: context.tokens[0] ?? '' } };
  }

  @MessagePattern('slow')
  async slow(): Promise<BusAnswer> {
    startedCount += 1;
    await gate.opened;
    return { payload: bytes('slowly') };
  }

  @MessagePattern('bad')
  bad(): never {
    throw new Error('thrown');
  }
}

suite('a BusServer over NATS', () => {
  const nats = new NatsProbe();
  let asker: NatsBus;
  let answerer: NatsBus;
  let app: INestMicroservice;

  beforeEach(async () => {
    gate = makeGate();
    startedCount = 0;
    const server = await nats.start();
    asker = (await nats.connect(server.url)).bus;
    answerer = (await nats.connect(server.url)).bus;
    const module = await Test.createTestingModule({ controllers: [Handlers] }).compile();
    const strategy = new BusServer({
      bus: answerer,
      queue: 'service',
      errorAnswer: () => ({ payload: bytes('failed') }),
      logger: { error: () => undefined },
    });
    app = module.createNestMicroservice({ strategy, logger: false });
    await app.listen();
    await settled(answerer);
  });
  afterEach(async () => {
    gate.open();
    await app.close();
    await nats.end();
  });

  it('answers, and a failed handler answers with its error (N1)', async () => {
    const reply = await asker.request('echo.loud', bytes('hello'), patient);
    expect([textOf(reply), header(reply.headers, 'token')]).toEqual(['hello', 'loud']);
    expect(textOf(await asker.request('bad', bytes(''), patient))).toBe('failed');
  });

  it('close answers what it has taken and what is under way to it; what comes later finds nobody (N4)', async () => {
    const slow = Array.from({ length: 200 }, () => asker.request('slow', bytes(''), patient));
    await until(() => startedCount > 0);
    // The server has given these to the answerer, which has perhaps not read them yet.
    await settled(asker);
    let isClosed = false;
    const closed = app.close().then(() => {
      isClosed = true;
    });
    await settled(answerer);
    await expect(asker.request('slow', bytes(''), patient)).rejects.toBeInstanceOf(NoResponder);
    expect(isClosed).toBe(false);
    expect(startedCount).toBe(200);
    gate.open();
    await closed;
    expect((await Promise.all(slow)).map(textOf)).toEqual(slow.map(() => 'slowly'));
    expect(answerer.isConnected).toBe(true);
  });
});
