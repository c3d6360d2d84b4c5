import type { Language } from '../html/page.ts';

export interface VendorTexts {
  site: string;
  /** The name of the client that is registered from the start. */
  ownClient: string;
  /** A client that registered itself without a name. */
  namelessClient: string;
  signIn: string;
  exampleUsers(names: readonly string[]): string;
  userName: string;
  password: string;
  wrongPassword: string;
  cancel: string;
  allowAccess: string;
  wantsToAct(client: string): string;
  signedInAs(user: string): string;
  asksTo: string;
  asksNothing: string;
  allow: string;
  deny: string;
  useAnotherAccount: string;
  account: string;
  notSignedIn: string;
  signedOut: string;
  permissions: string;
  noPermissions: string;
  since(time: string): string;
  revoke: string;
  signOut: string;
  failed: string;
  noSignIn: string;
  foreignForm: string;
  cannotContinue: string;
  startAgain: string;
  scopes: Readonly<Record<string, string>>;
}

/** Everything that the vendor's pages say. */
export const VENDOR_TEXTS: Readonly<Record<Language, VendorTexts>> = {
  en: {
    site: 'Example vendor',
    ownClient: 'Your agent',
    namelessClient: 'An application',
    signIn: 'Sign in',
    exampleUsers: (names) => `This vendor is an example. Its users are ${names.join(' and ')}; each password is the same as the user name.`,
    userName: 'User name',
    password: 'Password',
    wrongPassword: 'The user name or the password is wrong.',
    cancel: 'Cancel',
    allowAccess: 'Allow access?',
    wantsToAct: (client) => `${client} wants to act on your behalf.`,
    signedInAs: (user) => `You are signed in as ${user}.`,
    asksTo: 'It asks to:',
    asksNothing: 'It asks for no specific permission.',
    allow: 'Allow',
    deny: 'Deny',
    useAnotherAccount: 'Use another account',
    account: 'Your account',
    notSignedIn: 'You are not signed in.',
    signedOut: 'You have signed out.',
    permissions: 'These applications may act on your behalf:',
    noPermissions: 'No application may act on your behalf.',
    since: (time) => `since ${time}`,
    revoke: 'Revoke',
    signOut: 'Sign out',
    failed: 'The vendor cannot continue',
    noSignIn: 'No sign-in is in progress in this browser: it was completed, or it has expired.',
    foreignForm: 'The form was sent by a page of another site.',
    cannotContinue: 'The request is invalid, was already answered, or has expired.',
    startAgain: 'Return to the application and start again.',
    scopes: {
      'notes:read': 'Read your notes',
      'notes:write': 'Add notes on your behalf',
      'agents:invoke': 'Talk to agents on your behalf',
      openid: 'Know who you are',
      profile: 'Know your name',
      email: 'Know your e-mail address',
      offline_access: 'Keep this permission while you are away',
    },
  },
  ko: {
    site: '예제 벤더',
    ownClient: '에이전트',
    namelessClient: '애플리케이션',
    signIn: '로그인',
    exampleUsers: (names) => `이 벤더는 예제입니다. 사용자는 ${names.join(', ')}이며, 비밀번호는 사용자 이름과 같습니다.`,
    userName: '사용자 이름',
    password: '비밀번호',
    wrongPassword: '사용자 이름 또는 비밀번호가 올바르지 않습니다.',
    cancel: '취소',
    allowAccess: '액세스를 허용하시겠습니까?',
    wantsToAct: (client) => `다음 클라이언트가 여러분을 대신해 작업하려고 합니다: ${client}`,
    signedInAs: (user) => `${user} 계정으로 로그인했습니다.`,
    asksTo: '요청하는 권한:',
    asksNothing: '특정 권한을 요청하지 않습니다.',
    allow: '허용',
    deny: '거부',
    useAnotherAccount: '다른 계정 사용',
    account: '내 계정',
    notSignedIn: '로그인하지 않았습니다.',
    signedOut: '로그아웃했습니다.',
    permissions: '다음 애플리케이션이 여러분을 대신해 작업할 수 있습니다.',
    noPermissions: '여러분을 대신해 작업할 수 있는 애플리케이션이 없습니다.',
    since: (time) => `${time}부터`,
    revoke: '권한 취소',
    signOut: '로그아웃',
    failed: '벤더에서 계속할 수 없습니다',
    noSignIn: '이 브라우저에서 진행 중인 로그인이 없습니다. 이미 완료되었거나 만료되었습니다.',
    foreignForm: '다른 사이트의 페이지에서 보낸 양식입니다.',
    cannotContinue: '요청이 올바르지 않거나, 이미 처리되었거나, 만료되었습니다.',
    startAgain: '애플리케이션으로 돌아가 다시 시작하세요.',
    scopes: {
      'notes:read': '메모 읽기',
      'notes:write': '여러분을 대신해 메모 추가',
      'agents:invoke': '여러분을 대신해 에이전트와 대화',
      openid: '여러분이 누구인지 확인',
      profile: '이름 확인',
      email: '이메일 주소 확인',
      offline_access: '자리를 비운 동안에도 권한 유지',
    },
  },
};
