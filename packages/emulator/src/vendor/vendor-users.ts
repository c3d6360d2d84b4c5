export interface VendorUser {
  name: string;
  email: string;
  notes: readonly string[];
}

/** People who have an account at the vendor. It is all pretence, so the password of each is their user name. */
export const USERS: Readonly<Record<string, VendorUser>> = {
  ann: { name: 'Ann Example', email: 'ann@example.com', notes: ['Water the plants', 'Call the dentist'] },
  bob: { name: 'Bob Example', email: 'bob@example.com', notes: ['Buy a new bicycle bell'] },
};

export function checkPassword(username: string, password: string): boolean {
  return Object.hasOwn(USERS, username) && password === username;
}
