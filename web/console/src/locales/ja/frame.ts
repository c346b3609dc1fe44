// The frame around all pages, and signing in.
export const frame = {
  product: 'Guildhall',
  skip: '本文へ移動',
  menu: 'メニュー',
  navigation: 'ページ',
  breadcrumb: '現在の位置',
  theme: 'テーマ',
  light: 'ライト',
  dark: 'ダーク',
  system: 'システムに合わせる',
  language: '言語',
  me: 'アカウント',
  profile: 'プロフィールとセキュリティ',
  signOut: 'サインアウト',
  signingIn: 'サインインページに移動しています…',
  signInFailed: 'サインインできませんでした',
  signInAgain: 'もう一度サインイン',
  noAccess: 'このシステムの管理者ではありません',
  noAccessText: 'サインインしていますが、アカウントに管理者のロールがありません。ロールを持つ人に依頼するか、別のアカウントでサインインしてください。',

  groups: {
    overview: '概要',
    organizations: '組織',
    people: '人',
    applications: 'アプリケーション',
    signIn: 'サインイン',
    developer: '開発',
    settings: '設定',
  },

  palette: {
    placeholder: '組織、人、アプリケーション、ページへ移動',
    pages: 'ページ',
    nothing: '見つかりませんでした。',
    help: '矢印キーで選択、Enter で開く、Esc で閉じる。',
  },
};
