// English, of which all other languages are translations. Each noun has a file in en/ and a line in each of the two lists below.
import { common } from './en/common.ts';
import { frame } from './en/frame.ts';
import { organizations } from './en/organizations.ts';
import { resources } from './en/resources.ts';
import { roles } from './en/roles.ts';
import { template } from './en/template.ts';

export const en = {
  common,
  frame,
  organizations,
  resources,
  roles,
  template,
};
