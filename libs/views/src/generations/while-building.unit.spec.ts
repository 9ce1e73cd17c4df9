import { whileBuilding } from './while-building.js';

describe('while views are built from the log', () => {
  it('old ones that this version reads are said to be served', () => {
    expect(whileBuilding(2, 2, 3)).toBe(
      'views of definition 2 are served while those of definition 3 are built from the log',
    );
  });

  it('old ones that it cannot read are said to be of no use, and what lists answer until then', () => {
    expect(whileBuilding(1, 2, 3)).toBe(
      'views of definition 1 cannot be read by this version: lists answer 503 until those of definition 3 are built from the log',
    );
  });
});
