import type { Connections, Place } from '../engine/place.js';
import { createIndexes } from '../schema/create-tables.js';
import { createViews } from '../schema/definition.js';

/** An empty generation with its tables, and without the indexes that only readers need. */
export async function makeGeneration(place: Place, generation: number): Promise<Connections> {
  await place.make(generation);
  const connections = await openToWrite(place, generation);
  try {
    await createViews(connections.db, place.words);
    return connections;
  } catch (error) {
    await connections.close();
    throw error;
  }
}

/**
 * Makes the indexes that readers need and that are not there yet: each whole or not at all, so whoever is interrupted
 * goes on with the next one. Some seconds a million events, one statement an index.
 */
export async function indexGeneration(place: Place, generation: number): Promise<void> {
  const connections = await place.open(generation, 'index');
  if (connections === null) throw new Error(`generation ${generation} went away before it was indexed`);
  try {
    await createIndexes(connections.db, place.words);
  } finally {
    await connections.close();
  }
}

/** One that was found or made a moment ago. */
export async function openToWrite(place: Place, generation: number): Promise<Connections> {
  const connections = await place.open(generation, 'write');
  if (connections === null) throw new Error(`generation ${generation} went away while it was opened`);
  return connections;
}
