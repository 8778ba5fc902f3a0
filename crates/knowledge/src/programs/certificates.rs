//! Certificates: openssl, certtool, keytool, certbot. No wildcard admits words that print or make private keys.

use crate::row::Kind::{
    Begins, Either, Host, Name, Never, Number, OneOf, Package, Path, Script, Text, Url,
};
use crate::row::{
    Input, Options, Row, Syntax, each, effect, flags, looks, nothing, only, refused, refused_value,
    value,
};

use crate::language::Language::HttpHeader;

const KEYS: &str = "prints or uses private keys";
const WRITES: &str = "writes a file";
const LOADS: &str = "loads code";
const CHANGES: &str = "changes certificates";
const PEER: &str = "reaches another host than `-connect` says";

/// The rows, in the order of their names.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    // certbot writes its log below /var/log/letsencrypt.
    looks("certbot").subcommands(&[
        looks("certificates").options(&[value("--cert-name -d,--domain,--domains", Name)]),
        effect("renew certonly run install revoke delete rollback reconfigure enhance", CHANGES),
        effect("register unregister update_account", "changes the account"),
    ]).options(&[
        flags("--version -q,--quiet -n,--non-interactive"),
        refused_value("-c,--config --config-dir --work-dir --logs-dir", "sets what files are read and written"),
        refused_value("--pre-hook --post-hook --deploy-hook --renew-hook --manual-auth-hook", "runs another program"),
    ]),
    looks("certtool").input(Input::Data).options(&[
        flags("-i,--certificate-info -l,--crl-info --crq-info --inder --inraw -V,--verbose -v,--version --fingerprint"),
        value("--infile", Path),
        refused_value("--outfile --load-privkey --load-ca-privkey --template", KEYS),
        refused("-k,--key-info -p,--generate-privkey --p12-info --to-p12 --to-rsa --to-p8", KEYS),
    ]),
    looks("keytool").syntax(Syntax::Words).input(Input::Data).options(&[
        flags("-list -printcert -printcertreq -printcrl -v -rfc -cacerts -showinfo -tls -noprompt"),
        value("-keystore -file", Path),
        value("-storepass -alias", Text),
        value("-storetype", OneOf("JKS PKCS12 jks pkcs12 JCEKS jceks")),
        value("-sslserver", Host),
        refused("-delete -genkeypair -genkey -genseckey -importcert -import -importkeystore -exportcert", CHANGES),
        refused("-export -storepasswd -keypasswd -changealias -gencert -certreq -importpass", CHANGES),
        refused_value("-providerclass -providerpath -providername -provider -addprovider -conf", LOADS),
    ]),
    looks("openssl").syntax(Syntax::Words).input(Input::Program).subcommands(OPENSSL),
];

#[rustfmt::skip]
const OPENSSL: &[Row] = &[
    looks("ciphers").syntax(Syntax::Words).operands(only(&[Text])).options(&[
        flags("-v -V -s -stdname -tls1 -tls1_1 -tls1_2 -tls1_3 -psk -srp"),
        value("-ciphersuites -convert", Text),
    ]),
    looks("crl").syntax(Syntax::Words).input(Input::Data).options(&[
        flags("-help -noout -text -hash -issuer -lastupdate -nextupdate -fingerprint -crlnumber -verify"),
        flags("-sha1 -sha256 -md5 -no-CAfile -no-CApath"),
        value("-in -CAfile -CApath", Path),
        value("-nameopt -dateopt", Text),
        FORM,
        refused_value("-out -key", WRITES),
        LOADERS,
    ]),
    looks("crl2pkcs7").syntax(Syntax::Words).input(Input::Data).options(&[
        flags("-nocrl"),
        value("-certfile -in", Path),
        FORM,
        refused_value("-out", WRITES),
        LOADERS,
    ]),
    looks("dgst").syntax(Syntax::Words).input(Input::Data).operands(each(Path)).options(DIGEST),
    looks("md5 sha1 sha224 sha256 sha384 sha512 sha3-256 sha512-256 blake2b512")
        .syntax(Syntax::Words).input(Input::Data).operands(each(Path)).options(DIGEST),
    looks("errstr").operands(each(Text)),
    looks("list").syntax(Syntax::Words).options(&[
        flags("-commands -digest-commands -digest-algorithms -cipher-commands -cipher-algorithms"),
        flags("-public-key-algorithms"),
        flags("-mac-algorithms -kdf-algorithms -providers -engines -disabled -verbose -1 -objects -store-loaders"),
        flags("-public-key-methods -signature-algorithms -key-managers -encoders -decoders -standard-commands"),
        LOADERS,
    ]),
    looks("pkcs7").syntax(Syntax::Words).input(Input::Data).options(&[
        flags("-help -print_certs -noout -text -print -quiet"),
        value("-in", Path),
        FORM,
        refused_value("-out", WRITES),
        LOADERS,
    ]),
    looks("req").syntax(Syntax::Words).input(Input::Data).options(&[
        flags("-help -noout -text -subject -verify -pubkey -modulus -verbose -utf8"),
        value("-in", Path),
        value("-nameopt -reqopt", Text),
        FORM,
        refused("-new -x509 -newhdr -nodes -noenc -batch", "makes a request or a key"),
        refused_value("-newkey -key -keyout -out -CA -CAkey -config -passin -passout -writerand", KEYS),
        LOADERS,
    ]),
    // s_client sends its input to its peer, so it must not stand behind a pipe.
    looks("s_client").syntax(Syntax::Words).input(Input::Sent)
        .operands(only(&[Host])).operands_set("peer")
        .options(S_CLIENT),
    looks("verify").syntax(Syntax::Words).input(Input::Data).operands(each(Path)).options(&[
        flags("-help -verbose -show_chain -crl_check -crl_check_all -partial_chain -x509_strict -check_ss_sig \
            -no-CAfile"),
        flags("-no-CApath -no-CAstore -issuer_checks -policy_check -policy_print -no_check_time -ignore_critical"),
        flags("-trusted_first -use_deltas -extended_crl -no_alt_chains -allow_proxy_certs"),
        value("-CAfile -CApath -untrusted -trusted -CRLfile", Path),
        value("-purpose -verify_name -verify_hostname -verify_ip -verify_email -nameopt -policy", Text),
        value("-verify_depth -attime -auth_level", Number),
        refused("-crl_download", "reaches another host"),
        LOADERS,
    ]),
    looks("version").syntax(Syntax::Words).options(&[flags("-help -a -b -c -d -e -f -m -o -p -r -v")]),
    looks("x509").syntax(Syntax::Words).input(Input::Data).options(&[
        flags("-help -noout -text -fingerprint -alias -serial -startdate -enddate -dates -subject -issuer -email \
            -hash"),
        flags("-subject_hash -subject_hash_old -issuer_hash -issuer_hash_old -ocspid -ocsp_uri -purpose -pubkey"),
        flags("-nocert -modulus -sha1 -sha224 -sha256 -sha384 -sha512 -md5"),
        value("-in", Path),
        value("-nameopt -certopt -dateopt -ext -checkhost -checkemail -checkip", Text),
        value("-checkend", Number),
        FORM,
        refused_value("-out -CAserial -writerand", WRITES),
        refused("-CAcreateserial", WRITES),
        refused("-req -new -x509toreq -next_serial -trustout", "makes a certificate"),
        refused_value("-key -signkey -CA -CAkey -force_pubkey -passin -extfile -rand", KEYS),
        LOADERS,
    ]),
    // A file may be a private key: it is read only where the program prints its public half, or whether it is sound.
    looks("rsa pkey ec dsa").syntax(Syntax::Words)
        .input(Input::ProgramUnless("-noout -pubin -pubout", 0)).options(&[
        flags("-noout -modulus -check -pubcheck -pubin -pubout -text_pub -help"),
        flags("-text").beside("-pubin"),
        value("-in", Path).beside("-noout -pubin -pubout"),
        FORM,
        refused("-des3 -aes256 -traditional -topk8 -param_out", KEYS),
        refused_value("-out -passin -passout -writerand", KEYS),
        LOADERS,
    ]),
    // Only the certificates of a file are shown; the password is a word.
    looks("pkcs12").syntax(Syntax::Words).input(Input::ProgramUnless("-nokeys -noout", 0)).options(&[
        flags("-nokeys -clcerts -cacerts -info -noout -legacy -help"),
        value("-in", Path).beside("-nokeys -noout"),
        value("-passin -password", Begins("pass:")).beside("-nokeys -noout"),
        refused("-nodes -noenc -export -nocerts -twopass", KEYS),
        refused_value("-out -inkey -passout -writerand", KEYS),
        LOADERS,
    ]),
    looks("rand").syntax(Syntax::Words).operands(only(&[Number])).options(&[
        flags("-hex -base64 -help"),
        refused_value("-out -rand -writerand", WRITES),
        LOADERS,
    ]),
    // asn1parse shows the whole content of a file, even of a private key.
    looks("asn1parse").syntax(Syntax::Words).input(Input::Data).options(&[
        flags("-i -dump -noout -help"),
        value("-in", Either(&[Begins("/etc/ssl/certs/"), Never(KEYS)])),
        value("-inform", OneOf("DER PEM der pem")),
        value("-dlimit -strparse -offset -length", Number),
        refused_value("-out -genconf -genstr -oid", WRITES),
    ]),
    looks("dhparam ecparam").syntax(Syntax::Words).options(&[
        flags("-noout -text -check -list_curves -help"),
        value("-in", Path),
        value("-name", Name),
        FORM,
        refused("-genkey", KEYS),
        refused_value("-out -rand -writerand", WRITES),
        LOADERS,
    ]).input(Input::Data),
    // ocsp asks the responder that a certificate names, or another host, whether the certificate is good.
    effect("ocsp", "connects to a host").syntax(Syntax::Words).options(&[
        flags("-text -req_text -resp_text -no_nonce -nonce -noverify -no_cert_verify -no_signature_verify -help"),
        flags("-no_chain -no_cert_checks -no_intern -no_explicit -trust_other"),
        value("-issuer -cert -respin -reqin -CAfile -CApath -VAfile -verify_other", Path),
        value("-url", Url).sets("peer"),
        value("-host", Host).sets("peer"),
        value("-header", Script(HttpHeader)),
        value("-serial -path", Name),
        value("-timeout -validity_period -status_age", Number),
        refused_value("-respout -reqout -out", WRITES),
        refused_value("-index -port -rsigner -rkey -signer -signkey -CA -proxy -multi", "serves, or signs with a key"),
        LOADERS,
    ]),
    looks("speed").syntax(Syntax::Words).operands(each(Package)).options(&[
        flags("-elapsed -mr -decrypt -aead -help"),
        value("-evp -hmac -cmac", Package),
        value("-seconds", OneOf("1 2 3 5 10")),
        value("-bytes", OneOf("16 64 256 1024 8192 16384")),
        refused_value("-multi -async_jobs -rand -writerand", "puts load on the host"),
        LOADERS,
    ]),
    looks("help").operands(only(&[Name])),
    nothing("pkcs8 storeutl spkac rsautl pkeyutl", KEYS),
    nothing("genrsa genpkey gendsa dsaparam pkeyparam", KEYS),
    nothing("enc base64 cms smime ca ts sess_id nseq passwd prime rehash c_rehash", "prints or writes any file"),
    nothing("engine", "loads code").unseen(""),
    nothing("s_server s_time cmp fipsinstall srp mac kdf", "serves, or puts load on a host"),
];

const FORM: Options = value("-inform -outform", OneOf("DER PEM der pem"));
const LOADERS: Options = refused_value(
    "-engine -provider -provider-path -keygen_engine -ssl_client_engine",
    LOADS,
);

#[rustfmt::skip]
const DIGEST: &[Options] = &[
    flags("-md5 -sha1 -sha224 -sha256 -sha384 -sha512 -sha512-256 -sha3-256 -sha3-512 -blake2b512 -c -r -hex -list"),
    refused_value("-out -writerand", WRITES),
    refused_value("-sign -prverify -verify -hmac -mac -macopt -passin -signature", KEYS),
    LOADERS,
];

#[rustfmt::skip]
const S_CLIENT: &[Options] = &[
    value("-connect", Host).sets("peer"),
    flags("-help -showcerts -brief -status -quiet -no_ign_eof -prexit -state -msg -debug -tlsextdebug -security_debug"),
    flags("-tls1 -tls1_1 -tls1_2 -tls1_3 -no_ssl3 -no_tls1 -no_tls1_1 -no_tls1_2 -no_tls1_3 -dtls -dtls1_2 -4 -6"),
    flags("-noservername -verify_return_error -verify_quiet -no-CAfile -no-CApath -crlf -nocommands -no_ticket -comp"),
    flags("-no_comp -bugs -legacy_server_connect -partial_chain -x509_strict -crl_check -ct -noct -reconnect"),
    flags("-ignore_unexpected_eof -fallback_scsv -no_check_time -trusted_first -enable_pha -nbio"),
    // s_client sends these as text before the encryption begins: a line break would add commands.
    value("-servername -name -xmpphost", Name),
    value("-alpn -nextprotoneg -cipher -ciphersuites -sigalgs -groups -curves", Text),
    value("-verify_hostname -verify_ip -verify_email -nameopt -purpose -serverinfo", Text),
    value("-verify -verify_depth -mtu -attime -auth_level -maxfraglen", Number),
    value("-min_protocol -max_protocol", OneOf("TLSv1 TLSv1.1 TLSv1.2 TLSv1.3")),
    value("-starttls", OneOf("smtp pop3 imap ftp xmpp xmpp-server telnet irc mysql postgres lmtp nntp sieve ldap")),
    value("-CAfile -CApath -verifyCAfile -verifyCApath -chainCAfile -CRL", Path),
    value("-host", Host).sets("peer"),
    value("-port", Number).sets("peer"),
    refused_value("-proxy -unix -bind", PEER).sets("peer"),
    refused_value("-proxy_user -proxy_pass", PEER),
    refused_value("-cert -key -pass -psk -psk_session -cert_chain -xkey -xcert -keymatexport", KEYS),
    refused_value("-keylogfile -msgfile -sess_out -writerand", WRITES),
    refused_value("-early_data -sess_in -ctlogfile -rand -requestCAfile", "reads any file"),
    refused("-crl_download", "reaches another host"),
    refused_value("-ssl_config", LOADS),
    LOADERS,
];
