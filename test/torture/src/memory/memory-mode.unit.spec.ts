import { judgeMemory } from './memory-mode.js';

const samples = (from: number, step: number) => Array.from({ length: 20 }, (_, index) => from + index * step);

describe('private memory', () => {
  it('that goes up and down about one level is in order, whatever it was while warming up', () => {
    const about = samples(120, 0).map((mb, index) => mb + (index % 3) * 10);
    expect(judgeMemory(about).violations).toEqual([]);
    expect(judgeMemory([50, 60, 70, 80, ...about.slice(4)]).violations).toEqual([]);
  });

  it('that grows with the number of executions is not', () => {
    expect(judgeMemory(samples(80, 3)).violations).toEqual([expect.stringContaining('grows')]);
  });

  it('that passes the bound once is not', () => {
    expect(judgeMemory(samples(100, 0).with(10, 251)).violations).toEqual([
      expect.stringContaining('251 MB'),
    ]);
  });

  it('of which there are no samples is not', () => {
    expect(judgeMemory([]).violations).not.toEqual([]);
  });
});
