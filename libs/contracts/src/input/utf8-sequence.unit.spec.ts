import { utf8SequenceBytes } from './utf8-sequence.js';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const BOUNDARIES = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];

/** How many bytes the platform takes for one character at the start; 0 if it finds none. */
function platformSequenceBytes(bytes: Uint8Array): number {
  for (const width of [2, 3, 4]) {
    const characters = Array.from(decoder.decode(bytes.subarray(0, width)));
    if (characters.length === 1 && characters[0] !== '\ufffd') return width;
  }
  return 0;
}

describe('utf8SequenceBytes', () => {
  it('agrees with the platform on every lead byte and every boundary of the bytes behind it', () => {
    const differing: string[] = [];
    for (let lead = 0x80; lead <= 0xff; lead++) {
      for (const second of BOUNDARIES) {
        for (const third of [0x7f, 0x80, 0xbf, 0xc0]) {
          for (const fourth of [0x7f, 0x80, 0xbf, 0xc0]) {
            const bytes = Uint8Array.of(lead, second, third, fourth);
            if (utf8SequenceBytes(bytes, 0) !== platformSequenceBytes(bytes)) differing.push(bytes.join());
          }
        }
      }
    }
    expect(differing).toEqual([]);
  });

  it.each([[[0xc3]], [[0xe5, 0x90]], [[0xf0, 0x9f, 0x98]]])(
    'a character cut by the end is none: %j',
    (bytes) => {
      expect(utf8SequenceBytes(Uint8Array.from(bytes), 0)).toBe(0);
    },
  );
});
