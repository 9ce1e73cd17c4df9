import type { AddCommand } from '../../command.js';
import { addDescribe } from './describe.js';
import { addActionsLs } from './ls.js';
import { addRegister } from './register.js';
import { addRetire } from './retire.js';
import { addTypes } from './types.js';

/** What can be called: the catalogue, and what changes it. */
export const addActionsCommands: AddCommand = (parent, running) => {
  const actions = parent
    .command('actions')
    .description('what can be called: look at it, register and retire it, make TypeScript of it');
  for (const add of [addActionsLs, addDescribe, addRegister, addRetire, addTypes]) add(actions, running);
};
