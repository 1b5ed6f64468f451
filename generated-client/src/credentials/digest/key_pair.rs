//! The public key and the private key that form an API key.

use secrecy::SecretString;

pub(super) struct KeyPair {
    pub(super) public_key: String,
    pub(super) private_key: SecretString,
}
