/**
 * How pages look, and their words, do not depend on the engine, and looking takes a good part of the tests' time: so it is
 * done on SQLite alone, and where somebody wants pictures.
 */
export const looks = process.env['GUILDHALL_ENGINE'] !== 'postgres' || process.env['GUILDHALL_PICTURES'] !== undefined;
