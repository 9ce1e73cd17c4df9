import { type ErrorCode, systemSubjects } from '@action-do/contracts';
import { ServedExecutor } from '../testing/served-executor.contract.js';

let served: ServedExecutor;
beforeEach(async () => {
  served = await ServedExecutor.start();
});
afterEach(() => served.close());

const hint = (body: unknown) => served.ask(systemSubjects.recover, body, {});

describe('a hint which executions are due', () => {
  it('is followed, and whoever asks is told how many are being taken to their end', async () => {
    const seen: unknown[] = [];
    served.executor.recoverExecutions.recoverHinted = async (streams) => {
      seen.push(...streams);
      return { open: 2 };
    };
    expect((await hint({ streams: ['a', 'b'] })).json).toEqual({ open: 2 });
    expect(seen).toEqual(['a', 'b']);
  });

  it('of nothing that is there does nothing', async () => {
    const streams = ['', 'action-default.x', `action-default.${'0'.repeat(32)}`, 'x'.repeat(200)];
    expect((await hint({ streams })).json).toEqual({ open: 0 });
  });

  it.each([
    { streams: Array.from({ length: 257 }, () => 'a') },
    { streams: ['x'.repeat(201)] },
    { streams: 'a' },
    {},
  ])('that is none is BODY_INVALID', async (body) => {
    expect((await hint(body)).code).toBe('BODY_INVALID' satisfies ErrorCode);
  });

  it('that is for all executors is not followed by the one that a queue chooses', async () => {
    served.executor.recoverExecutions.recoverHinted = async () => ({ open: 1 });
    expect((await hint({ streams: ['a'], orphaned: true })).json).toEqual({ open: 0 });
  });

  it('that comes while another is followed is dropped: RATE_LIMITED, and taken afterwards', async () => {
    let end: (value: { open: number }) => void = () => {};
    served.executor.recoverExecutions.recoverHinted = () =>
      new Promise((resolve) => {
        end = resolve;
      });
    const first = hint({ streams: [] });
    expect((await hint({ streams: [] })).code).toBe('RATE_LIMITED');
    end({ open: 0 });
    await first;
    served.executor.recoverExecutions.recoverHinted = async () => ({ open: 0 });
    expect((await hint({ streams: [] })).json).toEqual({ open: 0 });
  });
});
