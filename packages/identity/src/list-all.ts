/** Every item of every page. AWS may answer an empty page that has a successor. */
export async function listAll<T>(
  fetchPage: (page: { nextToken?: string }) => Promise<{ items: T[]; nextToken: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const { items, nextToken } = await fetchPage(token === undefined ? {} : { nextToken: token });
    all.push(...items);
    token = nextToken || undefined;
  } while (token !== undefined);
  return all;
}
