// What the navigation and the titles of pages say of nouns whose other texts come with their pages (later.ts).
export const pages = {
  connectors: {
    title: 'コネクター',
    one: 'コネクター',
    setUp: '設定',
    settings: '設定',
    messages: '文面',
    tabs: { passwordless: 'メールと SMS', texts: 'メールの文面', social: 'ソーシャル' },
    createText: '文面を作成',
    mailText: 'メールの文面',
    addSocial: 'ソーシャルコネクターを追加',
  },
  enterpriseSso: {
    title: 'エンタープライズ SSO',
    one: 'エンタープライズコネクター',
    create: 'コネクターを作成',
    tabs: { connection: '接続', experience: '表示', initiated: 'IdP 起点' },
  },
  security: {
    title: 'セキュリティ',
    tabs: { captcha: 'CAPTCHA', password: 'パスワード', blocklist: 'メールアドレス', general: 'ロックとコード' },
  },
};
