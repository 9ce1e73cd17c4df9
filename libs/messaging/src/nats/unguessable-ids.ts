import { randomFillSync } from 'node:crypto';

const ID_BYTES = 6;
const IDS_AT_ONCE = 512;

/**
 * Numbers of 48 random bits. Whoever is asked learns the inbox of the asker; counted numbers would let it answer the
 * questions put to others.
 */
export function unguessableIds(): () => number {
  const pool = Buffer.alloc(ID_BYTES * IDS_AT_ONCE);
  let offset = pool.length;
  return () => {
    if (offset === pool.length) {
      randomFillSync(pool);
      offset = 0;
    }
    const id = pool.readUIntBE(offset, ID_BYTES);
    offset += ID_BYTES;
    return id;
  };
}
