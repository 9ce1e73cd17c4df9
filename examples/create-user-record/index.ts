import { ActionError, defineAction } from '@do-sdk/actions';
import { inTransaction } from '@do-sdk/actions/postgres';
import { z } from 'zod';
import { type UserDatabase, userDatabase } from './user-database.js';

const Params = z.object({
  email: z
    .email()
    .max(254)
    .meta({ personal: true, examples: ['ada@acme.example'] }),
  fullName: z.string().min(1).max(200).meta({ personal: true }),
});
const EMAIL_TAKEN = '23505';

/** Transactional: the row and the effect key are written in one transaction, so either both are there or none is. */
export const createUserRecordAction = (database: UserDatabase) =>
  defineAction({
    name: 'create-user-record',
    description:
      'Writes a user into the table example_users of the database DATABASE_URL. The undo deletes the row.',
    params: Params,
    result: z.object({ userId: z.string() }),
    effects: 'transactional',
    run: async ({ email, fullName }, ctx) =>
      inTransaction(await database.pool(), ctx, async (client) => {
        const insert = 'insert into example_users (email, full_name) values ($1, $2) returning id';
        const { rows } = await client.query<{ id: string }>(insert, [email, fullName]).catch(sayWhatIsWrong);
        return { userId: `usr_${rows[0]?.id}` };
      }),
    // Deleting what is deleted changes nothing, so this may be repeated without a key.
    undo: async (_params, { userId }) => {
      const pool = await database.pool();
      await pool.query('delete from example_users where id = $1', [userId.replace('usr_', '')]);
    },
  });

function sayWhatIsWrong(error: unknown): never {
  if (typeof error === 'object' && error !== null && 'code' in error && error.code === EMAIL_TAKEN)
    throw new ActionError({
      code: 'EMAIL_TAKEN',
      message: 'there is a user with this address',
      effect: 'none',
      cause: error,
    });
  throw error;
}

export default createUserRecordAction(userDatabase(process.env['DATABASE_URL']));
