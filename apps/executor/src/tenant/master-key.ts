import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createPrivateFile } from '@action-do/service-kit';

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The deployment's wrapping key is missing or is not the one that the log's secrets were wrapped with. */
export class MasterKeyError extends Error {
  readonly code = 'MASTER_KEY_INVALID';
  constructor(message: string) {
    super(message);
    this.name = 'MasterKeyError';
  }
}

/** Wraps secrets that are kept in the log: AES-256-GCM, `iv || tag || ciphertext` in base64. */
export class MasterKey {
  private constructor(private readonly key: Buffer) {}

  /** @param hex 64 hex digits, as `DO_MASTER_KEY` holds them */
  static fromHex(hex: string): MasterKey {
    if (!/^[0-9a-f]{64}$/i.test(hex)) throw new MasterKeyError('the master key must be 64 hex digits');
    return new MasterKey(Buffer.from(hex, 'hex'));
  }

  /** Reads the key from its file, or makes one there, readable by its owner only. */
  static fromFile(file: string): MasterKey {
    if (!existsSync(file)) createPrivateFile(file, `${randomBytes(KEY_BYTES).toString('hex')}\n`);
    return MasterKey.fromHex(readFileSync(file, 'utf8').trim());
  }

  /** @param binding what the secret is for: unwrapping with another one fails */
  wrap(secret: Buffer, binding: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv).setAAD(Buffer.from(binding));
    const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** @throws MasterKeyError another key wrapped it, or it was changed */
  unwrap(wrapped: string, binding: string): Buffer {
    const bytes = Buffer.from(wrapped, 'base64');
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(Buffer.from(binding))
        .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    } catch {
      throw new MasterKeyError(
        `${binding} was wrapped with another master key: give the right DO_MASTER_KEY, or put the file master-key of this log back in place`,
      );
    }
  }
}
