import type { Command } from 'commander';
import type { CommandContext } from './command-context.js';
import type { ExitCode } from './exit-codes.js';

/** What a command does with its arguments and options; the options are as the command's own schema reads them. */
export type Act = (context: CommandContext, args: readonly string[], options: unknown) => Promise<ExitCode>;

/** Makes of it what the parser calls. */
export type Running = (act: Act) => (...given: unknown[]) => Promise<void>;

/** Adds one command, or a group of them, below another. */
export type AddCommand = (parent: Command, running: Running) => void;
