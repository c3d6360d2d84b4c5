import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { asStateError } from './as-state-error.ts';

/** A prepared statement whose faults say what is wrong with the disk. */
export interface Statement {
  get(...values: SQLInputValue[]): unknown;
  all(...values: SQLInputValue[]): unknown[];
  /** Answers how many rows it changed. */
  run(...values: SQLInputValue[]): number;
}

export interface Statements {
  prepare(sql: string): Statement;
}

/** `directory` is the one that a fault names. */
export function createStatements(database: DatabaseSync, directory: string): Statements {
  return {
    prepare(sql) {
      const statement = explained(directory, () => database.prepare(sql));
      return {
        get: (...values) => explained(directory, () => statement.get(...values)),
        all: (...values) => explained(directory, () => statement.all(...values)),
        run: (...values) => explained(directory, () => Number(statement.run(...values).changes)),
      };
    },
  };
}

export function explained<T>(directory: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asStateError(error, directory);
  }
}
