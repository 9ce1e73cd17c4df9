import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Over its socket, which lies in a folder of its owner's own, as before; over TCP with the password. */
const ACCESS = `local all all trust
host all all 127.0.0.1/32 scram-sha-256
`;

/** Closes a cluster that was made open, before it is started. @param data the folder of the cluster */
export const closeToStrangers = (data: string): void => writeFileSync(join(data, 'pg_hba.conf'), ACCESS);

/** @param password letters and digits  @returns what makes it the password of `user`, in SQL */
export function passwordStatement(user: string, password: string): string {
  if (!/^\w+$/.test(password)) throw new TypeError('a password of letters and digits is wanted');
  return `set password_encryption = 'scram-sha-256'; alter role ${user} password '${password}';`;
}
