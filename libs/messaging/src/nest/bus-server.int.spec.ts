import type {
  CallHandler,
  CanActivate,
  ExecutionContext,
  INestMicroservice,
  NestInterceptor,
} from '@nestjs/common';
import { Controller, Scope, UseGuards, UseInterceptors } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { map, type Observable, of, throwError } from 'rxjs';
import type { BusMessage } from '../bus.js';
import { bytes, makeGate, patient, textOf, until } from '../bus-contract/bus-probe.contract.js';
import { BusTimeout, PayloadTooLarge } from '../errors.js';
import { header } from '../header.js';
import { InProcessBus } from '../in-process/in-process-bus.js';
import type { BusAnswer } from './bus-answer.js';
import { BusContext } from './bus-context.js';
import { BusServer, type BusServerOptions } from './bus-server.js';
import { PassErrorsFilter } from './pass-errors.filter.js';

const answer = (text: string): BusAnswer => ({ payload: bytes(text) });

/** As an application would: its own form of error, told apart by what was thrown. */
const errorAnswer = (error: unknown, message: BusMessage): BusAnswer => ({
  payload: bytes(
    JSON.stringify({ code: error instanceof SyntaxError ? 'BAD_REQUEST' : 'INTERNAL', on: message.subject }),
  ),
  headers: { 'Test-Error': error instanceof Error ? error.message : JSON.stringify(error) },
});

class OnlyWithToken implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return header(context.switchToRpc().getContext<BusContext>().headers, 'authorization') === 'Bearer t';
  }
}

class Marking implements NestInterceptor<BusAnswer, BusAnswer> {
  intercept(_context: ExecutionContext, next: CallHandler<BusAnswer>): Observable<BusAnswer> {
    return next.handle().pipe(map(({ payload }) => ({ payload, headers: { Marked: 'yes' } })));
  }
}

let gate = makeGate();
let heard: string[] = [];

@Controller()
class Handlers {
  @MessagePattern('do.cmd.*.action.*.execute')
  execute(@Payload() payload: Uint8Array, @Ctx() context: BusContext): BusAnswer {
    const seen = {
      isBytes: payload instanceof Uint8Array,
      text: textOf({ payload }),
      subject: context.subject,
      tokens: context.tokens,
      key: header(context.headers, 'idempotency-key'),
      wantsReply: context.message.wantsReply,
    };
    return { ...answer(JSON.stringify(seen)), headers: { 'Idempotency-Status': 'new' } };
  }

  @MessagePattern('do.rest.>')
  rest(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Observable<BusAnswer> {
    return of(answer(`${context.tokens.join('|')} ${textOf({ payload })}`), answer('second'));
  }

  @MessagePattern('parse')
  async parse(payload: Uint8Array): Promise<BusAnswer> {
    return answer(JSON.stringify(JSON.parse(textOf({ payload }))));
  }

  @MessagePattern('echo')
  echo(payload: Uint8Array): Promise<BusAnswer> {
    return Promise.resolve({ payload });
  }

  @MessagePattern('slow')
  async slow(): Promise<BusAnswer> {
    heard.push('slow');
    await gate.opened;
    return answer('slowly');
  }

  @MessagePattern('bad.*')
  bad(@Ctx() { tokens: [how] }: BusContext): unknown {
    if (how === 'throw') throw new Error('thrown');
    if (how === 'reject') return Promise.reject(new Error('rejected'));
    if (how === 'stream') return throwError(() => new Error('streamed'));
    if (how === 'large') return { payload: new Uint8Array(2 * 1024 * 1024) };
    if (how === 'header') return { payload: bytes(''), headers: { 'a b': 'c' } };
    if (how === 'text') return 'not an answer';
    if (how === 'null') return null;
    if (how === 'rpc') throw new RpcException('rpc');
    return undefined;
  }

  @UseGuards(new OnlyWithToken())
  @UseInterceptors(new Marking())
  @MessagePattern('guarded')
  guarded(): BusAnswer {
    return answer('inside');
  }

  @EventPattern<string>('event.*')
  async event(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<void> {
    heard.push(`${context.tokens[0]}:${textOf({ payload })}`);
    if (textOf({ payload }) === 'bad') throw new Error('event handler failed');
  }
}

describe('BusServer in a Nest microservice', () => {
  let bus: InProcessBus;
  let logged: unknown[];
  const apps: INestMicroservice[] = [];

  async function start(
    controller: new () => object = Handlers,
    options: Partial<BusServerOptions> = {},
  ): Promise<INestMicroservice> {
    const module = await Test.createTestingModule({ controllers: [controller] }).compile();
    const logger = { error: (error: unknown) => void logged.push(error) };
    const strategy = new BusServer({ bus, queue: 'service', errorAnswer, logger, ...options });
    const app = module.createNestMicroservice({ strategy, logger: false });
    app.useGlobalFilters(new PassErrorsFilter());
    apps.push(app);
    await app.listen();
    return app;
  }

  const ask = async (subject: string, text = '', headers = {}): Promise<{ text: string; error?: string }> => {
    const reply = await bus.request(subject, bytes(text), { ...patient, headers });
    const error = header(reply.headers, 'test-error');
    return { text: textOf(reply), ...(error !== undefined && { error }) };
  };

  beforeEach(() => {
    bus = new InProcessBus();
    logged = [];
    heard = [];
    gate = makeGate();
  });

  afterEach(async () => {
    gate.open();
    for (const app of apps.splice(0)) await app.close();
    await bus.close();
  });

  it('a handler gets bytes, headers, and what the wildcards stand for; its answer goes out as it is', async () => {
    await start();
    const subject = 'do.cmd.acme.action.send-mail.execute';
    const reply = await bus.request(subject, bytes('{"x":1}'), {
      ...patient,
      headers: { 'Idempotency-Key': 'k' },
    });
    expect(JSON.parse(textOf(reply))).toEqual({
      isBytes: true,
      text: '{"x":1}',
      subject,
      tokens: ['acme', 'send-mail'],
      key: 'k',
      wantsReply: true,
    });
    expect({ ...reply.headers }).toEqual({ 'Idempotency-Status': 'new' });
  });

  it('of an observable the first value is the answer', async () => {
    await start();
    expect(await ask('do.rest.a.b', 'text')).toEqual({ text: 'a.b text' });
  });

  it.each([
    ['throw', 'thrown'],
    ['reject', 'rejected'],
    ['stream', 'streamed'],
    ['rpc', 'rpc'],
    ['text', 'the handler of bad.text returned no BusAnswer'],
    ['null', 'the handler of bad.null returned no BusAnswer'],
    ['nothing', 'the handler of bad.nothing returned no BusAnswer'],
    ['header', 'malformed header name "a b"'],
    ['large', new PayloadTooLarge(2 * 1024 * 1024, 1024 * 1024).message],
  ])('a handler that fails by %s gives a typed reply', async (how, error) => {
    await start();
    expect(await ask(`bad.${how}`)).toEqual({ text: `{"code":"INTERNAL","on":"bad.${how}"}`, error });
  });

  it('garbage gives a typed reply, and the next message works', async () => {
    await start();
    for (const garbage of ['', '{', '\u0000', '{"a":', 'undefined', `${'['.repeat(100_000)}`]) {
      expect((await ask('parse', garbage)).text).toBe('{"code":"BAD_REQUEST","on":"parse"}');
    }
    expect((await ask('parse', '{"a":1}')).text).toBe('{"a":1}');
  });

  it.each([
    '{"response":1}',
    '{"err":"x"}',
    '{"id":"1","pattern":"echo","data":2}',
    '{"isDisposed":true}',
    '{"response":{"err":1},"isDisposed":true,"id":null}',
    '',
  ])('the bytes %j mean nothing to the transport', async (text) => {
    await start();
    const reply = await bus.request('echo', bytes(text), patient);
    expect(textOf(reply)).toBe(text);
    expect({ ...reply.headers }).toEqual({});
  });

  it('guards and interceptors of Nest hold', async () => {
    await start();
    expect(await ask('guarded')).toMatchObject({ error: 'Forbidden resource' });
    const reply = await bus.request('guarded', bytes(''), {
      ...patient,
      headers: { Authorization: 'Bearer t' },
    });
    expect(textOf(reply)).toBe('inside');
    expect({ ...reply.headers }).toEqual({ Marked: 'yes' });
  });

  it('where errorAnswer fails too, the last resort is sent and the log told', async () => {
    const unlucky = new Error('no words');
    await start(Handlers, {
      errorAnswer: () => {
        throw unlucky;
      },
    });
    expect(await ask('bad.throw')).toEqual({ text: '{"code":"INTERNAL"}' });
    expect(logged).toEqual([unlucky]);
  });

  it('an errorAnswer over the limit of the bus gives the last resort of the application', async () => {
    await start(Handlers, {
      errorAnswer: () => ({ payload: new Uint8Array(bus.payloadBytesMax + 1) }),
      lastResort: answer('sorry'),
    });
    expect(await ask('bad.throw')).toEqual({ text: 'sorry' });
    expect(logged).toEqual([expect.any(PayloadTooLarge)]);
  });

  it('a log that throws ends no handling', async () => {
    const logger = {
      error: () => {
        throw new Error('disk full');
      },
    };
    await start(Handlers, { logger });
    bus.publish('bad.throw', bytes(''));
    bus.publish('event.x', bytes('bad'));
    expect((await ask('parse', '1')).text).toBe('1');
  });

  it('an event handler runs without a reply, and its failure goes to the log', async () => {
    await start();
    bus.publish('event.one', bytes('good'));
    bus.publish('event.two', bytes('bad'));
    await until(() => logged.length === 1);
    expect(heard.sort()).toEqual(['one:good', 'two:bad']);
    expect(logged).toEqual([expect.objectContaining({ message: 'event handler failed' })]);
    await expect(bus.request('event.one', bytes('asked'), { timeoutMs: 30 })).rejects.toBeInstanceOf(
      BusTimeout,
    );
  });

  it('a request handler can be published to: it runs, nobody is answered, a failure goes to the log', async () => {
    await start();
    bus.publish('slow', bytes(''));
    bus.publish('bad.throw', bytes(''));
    await until(() => logged.length === 1 && heard.length === 1);
    expect(logged).toEqual([expect.objectContaining({ message: 'thrown' })]);
  });

  it('a controller made for each message works, and one that cannot be made gives a typed reply', async () => {
    let madeCount = 0;
    @Controller({ scope: Scope.REQUEST })
    class Fresh {
      constructor() {
        madeCount += 1;
        if (madeCount === 3) throw new Error('no third one');
      }

      @MessagePattern('fresh')
      fresh(@Ctx() context: BusContext): BusAnswer {
        return answer(`${madeCount} ${context.subject}`);
      }
    }
    await start(Fresh);
    expect(await ask('fresh')).toEqual({ text: '1 fresh' });
    expect(await ask('fresh')).toEqual({ text: '2 fresh' });
    expect(await ask('fresh')).toMatchObject({ error: 'no third one' });
  });
});
