import { WholeLines } from './whole-lines.js';

describe('what a process says', () => {
  it('is passed on line by line, however it comes', () => {
    const lines = new WholeLines();
    expect(['a ha', 'lf\nand', ' more\nthe', ' last'].map((text) => lines.take(text))).toEqual([
      '',
      'a half\n',
      'and more\n',
      '',
    ]);
    expect([lines.rest(), lines.rest()]).toEqual(['the last\n', '']);
  });

  it('is passed on as it comes where a line is longer than 64 Ki characters', () => {
    const lines = new WholeLines();
    const much = 'x'.repeat(65_536);
    expect([lines.take(much), lines.take('y'), lines.take('the end\n'), lines.rest()]).toEqual([
      '',
      `${much}y`,
      'the end\n',
      '',
    ]);
    expect(lines.take(`short\n${much}`)).toBe('short\n');
  });
});
