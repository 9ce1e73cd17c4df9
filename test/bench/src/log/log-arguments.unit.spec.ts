import { readLogArguments } from './log-arguments.js';

describe('the bench of the log', () => {
  it('says what is wrong with its flags', () => {
    expect(() => readLogArguments(['--rounds', '0'])).toThrow(
      '--rounds 0: write a whole number from 1 to 100',
    );
    expect(() => readLogArguments(['--concurrency', '1,x'])).toThrow('--concurrency x');
    expect(() => readLogArguments(['--measure', 'speed'])).toThrow(
      '--measure speed: there are appends, executions, lag, streams, replay',
    );
    expect(readLogArguments([]).concurrencies).toEqual([1, 16, 64, 256]);
  });
});
