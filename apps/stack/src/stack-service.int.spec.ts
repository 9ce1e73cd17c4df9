import { StackService } from './stack-service.js';

/** A process that says where it is, and where it was before; it ends with code 3 where it is told to. */
const service = (then = 'setInterval(() => {}, 1000)') =>
  new StackService('gateway 1', (before) => ({
    command: process.execPath,
    args: ['-e', `process.stdout.write('ready at here-after-${before}\\n'); ${then}`],
    env: {},
    ready: /ready at (\S+)/,
    readyWithinMs: 10_000,
  }));

describe('a service of the stack', () => {
  it('that is begun again knows where it was', async () => {
    const started = service();
    expect(await started.start()).toBe('here-after-null');
    await started.stop();
    expect(await started.start()).toBe('here-after-here-after-null');
    await started.kill();
  });

  it('tells when it ends by itself, and not when it was ended', async () => {
    const ends = service('setTimeout(() => process.exit(3), 50)');
    await ends.start();
    expect(await ends.died).toBe('gateway 1 ended by itself, with exit code 3');
    const ended = service();
    await ended.start();
    let told = false;
    void ended.died.then(() => {
      told = true;
    });
    await ended.kill();
    expect([told, ended.process.ended()]).toEqual([false, true]);
  });

  it('has no process before it was started', () => {
    expect(() => service().process).toThrow('gateway 1 was not started');
  });
});
