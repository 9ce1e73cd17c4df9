import { type Column, Table } from './table.js';

interface Row {
  readonly name: string;
  readonly n: string;
}
const layout: Column<Row>[] = [
  { title: 'NAME', text: ({ name }) => name, shrinks: true },
  { title: 'N', text: ({ n }) => n, paint: (text) => `<${text}>` },
  { title: 'END', text: () => 'x' },
];
const table = (columns?: number) => new Table(layout, columns, (text) => text);

describe('a table', () => {
  it('puts titles above columns that are as wide as their widest text', () => {
    expect(table().page([row('a', '1'), row('longer', '22')])).toBe(
      ['NAME    N   END', 'a       <1>   x', 'longer  <22>  x', ''].join('\n'),
    );
  });

  it('has its titles once, and stays in line on later pages', () => {
    const one = table();
    one.page([row('longer', '1')]);
    expect(one.page([row('a', '1')])).toBe('a       <1>  x\n');
  });

  it('of no rows is its titles', () => {
    expect(table().page([])).toBe('NAME  N  END\n');
  });

  it('cuts nothing where there is no terminal', () => {
    expect(table().page([row('n'.repeat(500), '1')])).toContain('n'.repeat(500));
  });

  it('fits a terminal by cutting the columns that may be cut, and no others', () => {
    const page = table(20).page([row('n'.repeat(50), '1234')]);
    expect(page).toBe(['NAME       N     END', `${'n'.repeat(8)}…  <1234>  x`, ''].join('\n'));
  });

  it('never cuts a column below what tells rows apart', () => {
    expect(table(1).page([row('n'.repeat(50), '1')])).toContain('nnnnnnn…');
  });

  it('counts characters that a terminal shows two columns wide as two', () => {
    expect(table().page([row('請求書', '1'), row('ab', '2')])).toBe(
      ['NAME    N  END', '請求書  <1>  x', 'ab      <2>  x', ''].join('\n'),
    );
  });

  it('shows control characters instead of letting the terminal obey them', () => {
    expect(table().page([row('\u001b[2J\r\n', '1')])).toContain('\\x1b[2J\\r\\n');
  });
});

const row = (name: string, n: string): Row => ({ name, n });
